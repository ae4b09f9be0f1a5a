"""The administration of staff: adding, changing, one-time passwords, ending sessions."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from admin_app.audit import operations as audit
from admin_app.foundation import browser_sessions, passwords
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.database import after_commit, db
from admin_app.foundation.errors import Conflict, DomainError, NotAllowed, StaleVersion
from admin_app.foundation.readable import random_code
from admin_app.staff import queries
from admin_app.staff.models import StaffMember
from admin_app.staff.operations import attempts, second_factor
from admin_app.staff.permissions import NEEDS_CENTRE, Role, verb


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


@dataclass(frozen=True)
class OneTimePassword:
    """A password for one sign-in, as it is shown once, and as it is stored. Made before the transaction that gives it to somebody."""

    shown: str
    stored: str


def one_time_password(groups: int = 4) -> OneTimePassword:
    """Random characters in groups of four; 16 of them are 79 bits."""
    shown = random_code(groups, 4)
    return OneTimePassword(shown, passwords.hashed(shown))


@verb("staff.add_member")
def add_member(username: str, particulars: Particulars, password: OneTimePassword, *, by: Actor) -> StaffMember:
    """Add a staff member who signs in with `password` and then replaces it. UsernameTaken if the name is in use."""
    return _added(username, particulars, password, by=by)


@verb("staff.add_first_administrator")
def add_first_administrator(username: str, password: OneTimePassword, *, by: Actor = SYSTEM) -> StaffMember:
    """Add the account that adds all others. Conflict if an administrator can sign in already."""
    _refuse_second_administrator()
    about = Particulars(name_en="Administrator", name_zh="管理员", role=Role.ADMINISTRATOR, centre_id=None)
    return _added(username, about, password, by=by)


@verb("staff.restore_administrator")
def restore_administrator(username: str, password: OneTimePassword, *, by: Actor = SYSTEM) -> StaffMember:
    """Make the person `username` administrator where nobody is any more, or add one; they sign in with `password`, without a second factor.

    Conflict if an administrator can sign in.
    """
    _refuse_second_administrator()
    member = queries.by_username(username)
    if member is None:
        return add_first_administrator(username, password, by=by)
    before = _facts(member)
    _write(member, Particulars(member.name_en, member.name_zh, role=Role.ADMINISTRATOR, centre_id=None))
    member.version += 1
    member.password, member.must_change_password, member.paused_until = password.stored, True, None
    after = _facts(member)
    changed = [name for name in after if after[name] != before[name]]
    changes = {"before": {name: before[name] for name in changed}, "after": {name: after[name] for name in changed}}
    audit.record("staff.changed", "staff", member.username, by=by, changes=changes)
    audit.record("staff.password_reset", "staff", member.username, by=by)
    if member.second_factor_since is not None:
        second_factor.forget(member)
        audit.record("staff.second_factor_reset", "staff", member.username, by=by)
    attempts.forget(member.username)
    _end_sessions_after_commit(member)
    return member


def _refuse_second_administrator() -> None:
    if queries.has_active_administrator():
        raise Conflict(_l("There is an administrator already; they add others on the screen Staff. Nothing was added."))


def _added(username: str, particulars: Particulars, password: OneTimePassword, *, by: Actor) -> StaffMember:
    if queries.by_username(username) is not None:
        raise UsernameTaken(_l("This user name is taken. Nothing was added."))
    _refuse_without_centre(particulars)
    member = StaffMember(
        username=username,
        first_name=particulars.name_en or particulars.name_zh,
        last_name="",
        email=f"{username}@staff.invalid",
        password=password.stored,
        must_change_password=True,
    )
    _write(member, particulars)
    db.session.add(member)
    db.session.flush()
    audit.record("staff.added", "staff", username, by=by, changes=_facts(member))
    return member


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
def reset_password(member: StaffMember, password: OneTimePassword, *, by: Actor) -> None:
    """Give `member` the one-time password and end their sessions; a pause after wrong passwords ends too."""
    if by.is_staff_member(member.id):
        raise NotAllowed(_l("Change your own password on your account page."))
    member.password, member.must_change_password = password.stored, True
    member.paused_until = None
    attempts.forget(member.username)
    audit.record("staff.password_reset", "staff", member.username, by=by)
    _end_sessions_after_commit(member)


@verb("staff.reset_second_factor")
def reset_second_factor(member: StaffMember, *, by: Actor) -> None:
    """Take the second factor of `member` away (a lost device) and end their sessions."""
    if by.is_staff_member(member.id):
        raise NotAllowed(_l("Change your own second factor on your account page."))
    if member.second_factor_since is None:
        raise Conflict(_l("This person has no second factor. Nothing was changed."))
    second_factor.forget(member)
    attempts.forget(member.username)
    audit.record("staff.second_factor_reset", "staff", member.username, by=by)
    _end_sessions_after_commit(member)


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
