"""Staff members by id and name."""

from sqlalchemy import func, select

from admin_app.foundation.database import db
from admin_app.staff.models import StaffMember


def by_id(staff_id: int) -> StaffMember | None:
    """The staff member with this id, the centre loaded with it (one statement)."""
    return db.session.scalar(select(StaffMember).where(StaffMember.id == staff_id))


def by_username(username: str) -> StaffMember | None:
    """The staff member who signs in with this name; case does not matter."""
    return db.session.scalar(select(StaffMember).where(func.lower(StaffMember.username) == username.strip().lower()))
