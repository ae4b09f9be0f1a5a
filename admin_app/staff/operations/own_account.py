"""What people do about their own account: another password, preferences, signing out."""

from flask_babel import lazy_gettext as _l

from admin_app.audit import operations as audit
from admin_app.foundation import browser_sessions, password_choice
from admin_app.foundation.database import after_commit
from admin_app.foundation.errors import NotFound
from admin_app.foundation.i18n import LANGUAGES
from admin_app.foundation.password_choice import PasswordRefused
from admin_app.staff.models import StaffMember

THEMES = ("auto", "light", "dark")


def check_choice(member: StaffMember, *, current: str, new: str) -> None:
    """PasswordRefused unless `new` may be chosen by this person."""
    if new == current:
        raise PasswordRefused(_l("The new password must differ from the current one."))
    password_choice.check(new, known=names_of(member))


def change_password(member: StaffMember, stored: str) -> None:
    """Replace one's own password by one that is stored as `stored`. The door ends the other sessions of this person."""
    member.password, member.must_change_password = stored, False
    audit.record("staff.password_changed", "staff", member.username, by=member.actor)


def names_of(member: StaffMember) -> list[str]:
    """What everybody knows about a person: names, user name, where they work."""
    centre = [member.centre.name_en, member.centre.name_zh, member.centre.code] if member.centre else []
    return [member.username, member.name_en, member.name_zh, *centre]


def note_proof(member: StaffMember) -> None:
    """Record that somebody proved once more who they are."""
    audit.record("staff.proof_given", "staff", member.username, by=member.actor)


def sign_out(member: StaffMember) -> None:
    """Record the end of a session; the door ends the session itself."""
    audit.record("staff.signed_out", "staff", member.username, by=member.actor)


def end_sessions(member: StaffMember, *, but: str | None = None) -> None:
    """End the person's sessions on every browser, except the one with key `but`."""
    browser_sessions.end_all_of(member.id, but=but)


def end_session(member: StaffMember, public_id: str) -> None:
    """End one of one's own sessions; NotFound for any other. Needs a transaction."""
    staff_id = member.id
    if public_id not in [one.public_id for one in browser_sessions.live_of(staff_id)]:
        raise NotFound(_l("There is no such session; it may have ended already."))
    audit.record("staff.own_session_ended", "staff", member.username, by=member.actor)
    after_commit(lambda: browser_sessions.end_one_of(staff_id, public_id))


def end_other_sessions(member: StaffMember, *, but: str) -> None:
    """End all of one's own sessions except the one with key `but`. Needs a transaction."""
    audit.record("staff.own_sessions_ended", "staff", member.username, by=member.actor)
    staff_id = member.id
    after_commit(lambda: browser_sessions.end_all_of(staff_id, but=but))


def prefer(
    member: StaffMember,
    *,
    language: str | None = None,
    theme: str | None = None,
    shortcuts_on: bool | None = None,
    opens_next: bool | None = None,
) -> None:
    """Remember how this person likes the desk; unknown values are ignored."""
    if language in LANGUAGES:
        member.language = language
    if theme in THEMES:
        member.theme = theme
    if shortcuts_on is not None:
        member.shortcuts_on = shortcuts_on
    if opens_next is not None and member.opens_next != opens_next:
        member.opens_next = opens_next
