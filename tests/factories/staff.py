"""Staff members."""

from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher

from admin_app.centres.models import Centre
from admin_app.foundation.database import db
from admin_app.foundation.passwords import Cost
from admin_app.staff.models import StaffMember
from tests.factories.saving import save

PASSWORD = "correct horse battery"
QUICK = Cost(passes=1, kibibytes=8, lanes=1)
QUICKLY_HASHED = PasswordHasher(QUICK.passes, QUICK.kibibytes, QUICK.lanes).hash(PASSWORD)
"""PASSWORD as it is kept, but for the cost: what is slow on purpose would be a fifth of the time of all tests."""


def make_staff(role: str, *, username: str | None = None, centre: Centre | None = None, **changes: Any) -> StaffMember:
    """Add a staff member who signs in with PASSWORD; without a name the first free one: reviewer, reviewer2, …"""
    username = username or next(name for name in (role, *(f"{role}{n}" for n in range(2, 999))) if not _is_taken(name))
    values = {
        "username": username, "first_name": username, "last_name": "", "email": f"{username}@example.invalid",
        "password": QUICKLY_HASHED, "active": True, "role": role, "centre_id": centre.id if centre else None,
        "name_en": username.title(), "name_zh": "某人", "language": "en",
    }  # fmt: skip
    return save(StaffMember(**(values | changes)))


def _is_taken(username: str) -> bool:
    return db.session.scalar(sa.select(StaffMember.id).where(StaffMember.username == username)) is not None
