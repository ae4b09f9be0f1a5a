"""Signing in and out, passwords, preferences, administration of staff."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from admin_app.audit import operations as audit
from admin_app.foundation import browser_sessions, clock, passwords, settings
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.database import after_commit, db
from admin_app.foundation.errors import Conflict, DomainError, NotAllowed, StaleVersion
from admin_app.foundation.i18n import LANGUAGES
from admin_app.staff import queries
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import NEEDS_CENTRE, Role, verb

MIN_PASSWORD, MAX_PASSWORD = 10, 200
THEMES = ("auto", "light", "dark")
# Checked when there is no such account, so that the answer takes as long as for a wrong password.
_NOBODY = passwords.hashed("nobody signs in with this")


ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody confuses when reading a password aloud."""


@dataclass(frozen=True)
class Particulars:
    """What an administrator says about a staff member."""

    name_en: str
    name_zh: str
    role: str
    centre_id: int | None
    active: bool = True


class UsernameTaken(Conflict):
    """Somebody signs in with this name already."""


class PasswordRefused(DomainError):
    """The new password is too short, too long or the old one is wrong."""


def sign_in(username: str, password: str) -> StaffMember | None:
    """The staff member if name and password are right and the account is neither off nor paused; else None. Needs a transaction.

    Every attempt on an existing account is recorded; too many wrong ones pause the account (settings sign_in_*).
    """
    member = queries.by_username(username) if username else None
    known = member is not None and bool(member.active)
    stored = member.password if member and known and member.password else _NOBODY
    is_right = len(password) <= MAX_PASSWORD and passwords.fits(stored, password)
    if member is None:
        return None
    paused = member.paused_until is not None and member.paused_until > clock.now()
    if not (known and is_right) or paused:
        _note_failure(member, counts=not paused)
        return None
    member.fail_login_count, member.paused_until = 0, None
    member.login_count = (member.login_count or 0) + 1
    member.last_login = clock.now().replace(tzinfo=None)
    audit.record("staff.signed_in", "staff", member.username, by=member.actor)
    return member


def _note_failure(member: StaffMember, *, counts: bool) -> None:
    if counts:
        member.fail_login_count = (member.fail_login_count or 0) + 1
        if member.fail_login_count >= settings.current().sign_in_attempts:
            member.paused_until = clock.now() + timedelta(minutes=settings.current().sign_in_pause_minutes)
            member.fail_login_count = 0
    audit.record("staff.sign_in_refused", "staff", member.username, by=SYSTEM, outcome="refused")


def sign_out(member: StaffMember) -> None:
    """Record the end of a session; the door ends the session itself."""
    audit.record("staff.signed_out", "staff", member.username, by=member.actor)


def hash_password(password: str) -> str:
    """The stored form; PasswordRefused if it is too short or too long."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise PasswordRefused(_l("A password has 10 to 200 characters."))
    return passwords.hashed(password)


def change_password(member: StaffMember, *, current: str, new: str) -> None:
    """Replace one's own password; the current one must be right. Other sessions of this person end with it."""
    if not passwords.fits(member.password or _NOBODY, current[:MAX_PASSWORD]):
        raise PasswordRefused(_l("The current password is not right. Nothing was changed."))
    if new == current:
        raise PasswordRefused(_l("The new password must differ from the current one."))
    member.password = hash_password(new)
    member.must_change_password = False
    audit.record("staff.password_changed", "staff", member.username, by=member.actor)


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


def one_time_password() -> str:
    """16 random characters (79 bits) in groups of four, to be replaced at the first sign-in."""
    return "-".join("".join(secrets.choice(ALPHABET) for _character in range(4)) for _group in range(4))


@verb("staff.add_member")
def add_member(username: str, particulars: Particulars, *, by: Actor) -> tuple[StaffMember, str]:
    """Add a staff member; returns them and their one-time password, which is nowhere else. UsernameTaken if the name is in use."""
    return _added(username, particulars, by=by)


@verb("staff.add_first_administrator")
def add_first_administrator(username: str, *, by: Actor = SYSTEM) -> tuple[StaffMember, str]:
    """Add the account that adds all others; returns it and its one-time password. Conflict if an administrator can sign in already."""
    if queries.has_active_administrator():
        raise Conflict(_l("There is an administrator already; they add others on the screen Staff. Nothing was added."))
    about = Particulars(name_en="Administrator", name_zh="管理员", role=Role.ADMINISTRATOR, centre_id=None)
    return _added(username, about, by=by)


def _added(username: str, particulars: Particulars, *, by: Actor) -> tuple[StaffMember, str]:
    if queries.by_username(username) is not None:
        raise UsernameTaken(_l("This user name is taken. Nothing was added."))
    _refuse_without_centre(particulars)
    password = one_time_password()
    member = StaffMember(
        username=username,
        first_name=particulars.name_en or particulars.name_zh,
        last_name="",
        email=f"{username}@staff.invalid",
        password=hash_password(password),
        must_change_password=True,
    )
    _write(member, particulars)
    db.session.add(member)
    db.session.flush()
    audit.record("staff.added", "staff", username, by=by, changes=_facts(member))
    return member, password


@verb("staff.change_member")
def change_member(member: StaffMember, particulars: Particulars, *, version: int, by: Actor) -> None:
    """Change names, role, centre or switch on and off. A new role, centre or state ends the person's sessions.

    Raises StaleVersion, NotAllowed for one's own role or account, and Conflict for the last administrator.
    """
    before = _facts(member)
    if by.is_staff_member(member.id) and (particulars.role, particulars.active) != (member.role, bool(member.active)):
        raise NotAllowed(_l("Nobody changes their own role or switches off their own account. Ask another administrator."))
    _refuse_without_centre(particulars)
    _refuse_last_administrator(member, particulars)
    _raise_version(member, version)
    _write(member, particulars)
    after = _facts(member)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return
    was_switched = {True: "staff.switched_on", False: "staff.switched_off"}.get(member.active) if "active" in changed else None
    changes = {"before": {name: before[name] for name in changed}, "after": {name: after[name] for name in changed}}
    audit.record(was_switched or "staff.changed", "staff", member.username, by=by, changes=changes)
    if {"role", "centre_id", "active"} & set(changed):
        _end_sessions_after_commit(member)


@verb("staff.reset_password")
def reset_password(member: StaffMember, *, by: Actor) -> str:
    """Give `member` a new one-time password (returned once) and end their sessions; a pause after wrong passwords ends too."""
    if by.is_staff_member(member.id):
        raise NotAllowed(_l("Change your own password on your account page."))
    password = one_time_password()
    member.password, member.must_change_password = hash_password(password), True
    member.paused_until, member.fail_login_count = None, 0
    audit.record("staff.password_reset", "staff", member.username, by=by)
    _end_sessions_after_commit(member)
    return password


@verb("staff.sign_out_everywhere")
def sign_out_everywhere(member: StaffMember, *, by: Actor) -> None:
    """End every session of `member` (a lost laptop)."""
    audit.record("staff.sessions_ended", "staff", member.username, by=by)
    _end_sessions_after_commit(member)


def _end_sessions_after_commit(member: StaffMember) -> None:
    staff_id = member.id
    after_commit(lambda: browser_sessions.end_all_of(staff_id))


def _refuse_without_centre(particulars: Particulars) -> None:
    if particulars.role in NEEDS_CENTRE and particulars.centre_id is None:
        raise DomainError(_l("This role works at one centre. Please choose it."))


def _refuse_last_administrator(member: StaffMember, particulars: Particulars) -> None:
    stays = particulars.role == Role.ADMINISTRATOR and particulars.active
    if member.role == Role.ADMINISTRATOR and member.active and not stays and not queries.other_active_administrators(member):
        raise Conflict(_l("This is the last administrator. Nothing was changed."))


def _raise_version(member: StaffMember, version: int) -> None:
    is_ours = (StaffMember.id == member.id, StaffMember.version == member.version)
    guarded = update(StaffMember).where(*is_ours).values(version=member.version + 1)
    if version != member.version or db.session.execute(guarded.execution_options(synchronize_session=False)).rowcount != 1:  # type: ignore[attr-defined]
        raise StaleVersion(_l("This person's entry was changed after you opened it. Nothing of yours was saved; please look again."))
    db.session.refresh(member)


def _write(member: StaffMember, particulars: Particulars) -> None:
    member.name_en, member.name_zh = particulars.name_en, particulars.name_zh
    member.role, member.centre_id, member.active = particulars.role, particulars.centre_id, particulars.active


def _facts(member: StaffMember) -> dict[str, object]:
    return {
        "name_en": member.name_en,
        "name_zh": member.name_zh,
        "role": member.role,
        "centre_id": member.centre_id,
        "active": bool(member.active),
    }
