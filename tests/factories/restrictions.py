"""Restrictions of records."""

from datetime import timedelta
from typing import Any

from admin_app.foundation import clock
from admin_app.residents.models import Resident
from admin_app.restrictions.models import Restriction
from admin_app.staff.models import StaffMember
from tests.factories.saving import save


def make_restriction(resident: Resident, made_by: StaffMember, **changes: Any) -> Restriction:
    """Restrict the records of the resident."""
    now = clock.now()
    values = {"resident_id": resident.id, "kind": "dispute", "reason": "letter", "look_again_on": clock.today() + timedelta(days=30)}
    resident.is_restricted = True
    return save(Restriction(**(values | {"made_by_id": made_by.id, "made_at": now} | changes)))
