"""Signing in and out, passwords, preferences."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from werkzeug.security import check_password_hash, generate_password_hash

from admin_app.audit import operations as audit
from admin_app.foundation import browser_sessions, clock, settings
from admin_app.foundation.errors import DomainError
from admin_app.foundation.i18n import LANGUAGES
from admin_app.staff import queries
from admin_app.staff.models import StaffMember

MIN_PASSWORD, MAX_PASSWORD = 10, 200
THEMES = ("auto", "light", "dark")
# Checked when there is no such account, so that the answer takes as long as for a wrong password.
_NOBODY = generate_password_hash("nobody signs in with this")


class PasswordRefused(DomainError):
    """The new password is too short, too long or the old one is wrong."""


def sign_in(username: str, password: str) -> StaffMember | None:
    """The staff member if name and password are right and the account is neither off nor paused; else None. Needs a transaction.

    Every attempt on an existing account is recorded; too many wrong ones pause the account (settings sign_in_*).
    """
    member = queries.by_username(username) if username else None
    known = member is not None and bool(member.active)
    stored = member.password if member and known and member.password else _NOBODY
    is_right = len(password) <= MAX_PASSWORD and check_password_hash(stored, password)
    if member is None:
        return None
    paused = member.paused_until is not None and member.paused_until > clock.now()
    if not (known and is_right) or paused:
        _note_failure(member, counts=not paused)
        return None
    member.fail_login_count, member.paused_until = 0, None
    member.login_count = (member.login_count or 0) + 1
    member.last_login = clock.now().replace(tzinfo=None)
    audit.record("staff.signed_in", "staff", member.username, by=member)
    return member


def _note_failure(member: StaffMember, *, counts: bool) -> None:
    if counts:
        member.fail_login_count = (member.fail_login_count or 0) + 1
        if member.fail_login_count >= settings.current().sign_in_attempts:
            member.paused_until = clock.now() + timedelta(minutes=settings.current().sign_in_pause_minutes)
            member.fail_login_count = 0
    audit.record("staff.sign_in_refused", "staff", member.username, by=audit.SYSTEM, outcome="refused")


def sign_out(member: StaffMember) -> None:
    """Record the end of a session; the door ends the session itself."""
    audit.record("staff.signed_out", "staff", member.username, by=member)


def hash_password(password: str) -> str:
    """The stored form; PasswordRefused if it is too short or too long."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise PasswordRefused(_l("A password has 10 to 200 characters."))
    return generate_password_hash(password)


def change_password(member: StaffMember, *, current: str, new: str) -> None:
    """Replace one's own password; the current one must be right. Other sessions of this person end with it."""
    if not check_password_hash(member.password or _NOBODY, current[:MAX_PASSWORD]):
        raise PasswordRefused(_l("The current password is not right. Nothing was changed."))
    if new == current:
        raise PasswordRefused(_l("The new password must differ from the current one."))
    member.password = hash_password(new)
    member.must_change_password = False
    audit.record("staff.password_changed", "staff", member.username, by=member)


def end_sessions(member: StaffMember, *, but: str | None = None) -> None:
    """End the person's sessions on every browser, except the one with key `but`."""
    browser_sessions.end_all_of(member.id, but=but)


def prefer(member: StaffMember, *, language: str | None = None, theme: str | None = None, shortcuts_on: bool | None = None) -> None:
    """Remember how this person likes the desk; unknown values are ignored."""
    if language in LANGUAGES:
        member.language = language
    if theme in THEMES:
        member.theme = theme
    if shortcuts_on is not None:
        member.shortcuts_on = shortcuts_on
