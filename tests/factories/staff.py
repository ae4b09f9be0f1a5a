"""Staff members."""

from typing import Any

import pyotp
import sqlalchemy as sa
from argon2 import PasswordHasher

from admin_app.centres.models import Centre
from admin_app.foundation import clock, crypto
from admin_app.foundation.database import db, transaction
from admin_app.foundation.passwords import Cost
from admin_app.staff.models import Authenticator, Passkey, StaffMember
from tests.factories.saving import save

PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""Of an authenticator, wherever a test needs to know it."""
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


def give_second_factor(member: StaffMember, secret: str = SECRET) -> None:
    """Let `member` have an authenticator with this secret, from which no code was used yet."""
    sealed = crypto.encrypt_text(secret, context=f"authenticator|secret|{member.id}")
    save(Authenticator(staff_id=member.id, secret=sealed, last_step=0))
    with transaction() as session:
        session.get_one(StaffMember, member.id).second_factor_since = clock.now()


def give_passkey(member: StaffMember) -> None:
    """Let `member` have a passkey that no device holds."""
    save(Passkey(staff_id=member.id, credential_id=f"of-{member.id}", public_key=b"-", uses=0, name="Stick", added_at=clock.now()))


def code_of_now(secret: str = SECRET) -> str:
    """What the authenticator with this secret shows."""
    return pyotp.TOTP(secret).at(clock.now())


def _is_taken(username: str) -> bool:
    return db.session.scalar(sa.select(StaffMember.id).where(StaffMember.username == username)) is not None
