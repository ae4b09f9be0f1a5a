"""Staff members by id and name, and who may see whom."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, false, func, or_, select

from admin_app.foundation import crypto, index_keys, keyset
from admin_app.foundation.actor import Actor, Kind
from admin_app.foundation.database import db
from admin_app.staff.models import Authenticator, Passkey, RecoveryCode, StaffMember
from admin_app.staff.permissions import Role


def by_id(staff_id: int) -> StaffMember | None:
    """The staff member with this id, the centre loaded with it (one statement, or none for whoever owns the session of this page)."""
    return db.session.get(StaffMember, staff_id)


def actor_of(staff_id: int) -> Actor | None:
    """The staff member with this id as they may act now, None if there is none."""
    member = by_id(staff_id)
    return member.actor if member else None


def by_username(username: str) -> StaffMember | None:
    """The staff member who signs in with this name; case does not matter."""
    return db.session.scalar(select(StaffMember).where(func.lower(StaffMember.username) == username.strip().lower()))


def authenticator_of(staff_id: int) -> Authenticator | None:
    """The secret that this person's device shares with us."""
    return db.session.scalar(select(Authenticator).where(Authenticator.staff_id == staff_id))


def recovery_codes_left(staff_id: int) -> int:
    """How many recovery codes this person has not used."""
    unused = (RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def has_old_recovery_codes(staff_id: int) -> bool:
    """Whether this person has codes that end when the index key has been changed."""
    old = (RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None), RecoveryCode.key_name != crypto.keyring().index_names[0])
    return index_keys.is_in_change() and db.session.scalar(select(RecoveryCode.id).where(*old).limit(1)) is not None


def passkeys_of(staff_id: int) -> Sequence[Passkey]:
    """This person's passkeys, the oldest first."""
    return db.session.scalars(select(Passkey).where(Passkey.staff_id == staff_id).order_by(Passkey.id)).all()


def passkey_called(credential_id: str) -> Passkey | None:
    """The passkey that devices know by this id, whoever's it is."""
    return db.session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def visible_to(staff: Actor) -> Select[Any]:
    """The staff members whom `staff` may see: everybody, or for a supervisor with a centre the people of that centre."""
    query = select(StaffMember)
    if staff.kind != Kind.STAFF:
        return query.where(false())
    if staff.role == Role.SUPERVISOR and staff.centre_id:
        return query.where(StaffMember.centre_id == staff.centre_id)
    return query


def seen_by(staff: Actor, username: str) -> StaffMember | None:
    """The staff member `username` if `staff` may see them."""
    return db.session.scalar(visible_to(staff).where(StaffMember.username == username))


class StaffFilter(NamedTuple):
    """What is looked for among the staff."""

    q: str = ""
    """Part of a name or user name."""
    role: str = ""
    state: str = "used"
    """used, off or all."""


BY_USERNAME = keyset.Order((StaffMember.username, StaffMember.id))


def listed(who: Actor, asked: StaffFilter, _today: date) -> Select[Any]:
    """The staff members whom `who` sees and `asked` wants."""
    query = visible_to(who)
    if asked.q:
        columns = (StaffMember.username, StaffMember.name_en, StaffMember.name_zh)
        query = query.where(or_(*(column.icontains(asked.q, autoescape=True) for column in columns)))
    if asked.role:
        query = query.where(StaffMember.role == asked.role)
    if asked.state != "all":
        query = query.where(StaffMember.active == (asked.state == "used"))
    return query


def has_active_administrator() -> bool:
    """Whether anybody could administer the office."""
    query = select(StaffMember.id).where(StaffMember.role == Role.ADMINISTRATOR, StaffMember.active)
    return db.session.scalar(query.limit(1)) is not None


def has_anybody() -> bool:
    """Whether any account was ever made; the first one is an administrator's."""
    return db.session.scalar(select(StaffMember.id).limit(1)) is not None


def other_active_administrators(member: StaffMember) -> bool:
    """Whether anybody else could administer the office; locks their rows, so that two removals cannot pass each other."""
    query = select(StaffMember.id).where(StaffMember.role == Role.ADMINISTRATOR, StaffMember.active, StaffMember.id != member.id)
    return bool(db.session.scalars(query.order_by(StaffMember.id).with_for_update(of=StaffMember)).all())
