"""Loss reports."""

import itertools
from typing import Any

from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.loss_reports.models import LossReport
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.saving import save

_numbers = itertools.count(1)


def make_loss_report(resident: Resident, taken_by: StaffMember, centre: Centre, status: str = "formal", **changes: Any) -> LossReport:
    """Add a loss report, taken at the counter."""
    values = {
        "reference": f"GS-26-{next(_numbers):07d}", "resident_id": resident.id, "centre_id": centre.id, "channel": "counter",
        "status": status, "taken_by_id": taken_by.id, "reported_at": clock.now(),
    }  # fmt: skip
    return save(LossReport(**(values | changes)))
