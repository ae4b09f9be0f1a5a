"""Erasures of a resident's data."""

from typing import Any

from admin_app.erasures.models import Erasure
from admin_app.foundation import clock
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.saving import save


def make_erasure(resident: Resident, asked_by: StaffMember, **changes: Any) -> Erasure:
    """One that waits for a second person."""
    values = {"resident_id": resident.id, "why": "asked", "asked_by_id": asked_by.id, "asked_at": clock.now()}
    return save(Erasure(**(values | changes)))
