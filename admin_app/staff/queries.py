"""Staff members by id and name, and who may see whom."""

from typing import Any

from sqlalchemy import Select, func, or_, select

from admin_app.foundation import keyset
from admin_app.foundation.database import db
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import Role


def by_id(staff_id: int) -> StaffMember | None:
    """The staff member with this id, the centre loaded with it (one statement, or none for whoever owns the session of this page)."""
    return db.session.get(StaffMember, staff_id)


def by_username(username: str) -> StaffMember | None:
    """The staff member who signs in with this name; case does not matter."""
    return db.session.scalar(select(StaffMember).where(func.lower(StaffMember.username) == username.strip().lower()))


def visible_to(staff: StaffMember) -> Select[Any]:
    """The staff members whom `staff` may see: everybody, or for a supervisor with a centre the people of that centre."""
    query = select(StaffMember)
    if staff.role == Role.SUPERVISOR and staff.centre_id:
        return query.where(StaffMember.centre_id == staff.centre_id)
    return query


def seen_by(staff: StaffMember, username: str) -> StaffMember | None:
    """The staff member `username` if `staff` may see them."""
    return db.session.scalar(visible_to(staff).where(StaffMember.username == username))


def page(staff: StaffMember, *, asked: dict[str, Any], cursor: str | None) -> keyset.Page[StaffMember]:
    """One page of staff members by user name; `asked` has q, role, state ('used', 'off', 'all') and size."""
    query = visible_to(staff)
    if asked["q"]:
        columns = (StaffMember.username, StaffMember.name_en, StaffMember.name_zh)
        query = query.where(or_(*(column.icontains(asked["q"], autoescape=True) for column in columns)))
    if asked["role"]:
        query = query.where(StaffMember.role == asked["role"])
    if asked["state"] != "all":
        query = query.where(StaffMember.active == (asked["state"] == "used"))
    return keyset.page_at_row(query, StaffMember.username, row_id=StaffMember.id, cursor=cursor, size=asked["size"])


def other_active_administrators(member: StaffMember) -> bool:
    """Whether anybody else could administer the office; locks their rows, so that two removals cannot pass each other."""
    query = select(StaffMember.id).where(StaffMember.role == Role.ADMINISTRATOR, StaffMember.active, StaffMember.id != member.id)
    return bool(db.session.scalars(query.order_by(StaffMember.id).with_for_update(of=StaffMember)).all())
