"""A small office whose figures can be counted by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.staff.models import StaffMember
from tests.dashboard.counted_office import TODAY, Office, fill
from tests.factories.centres import make_centre


@pytest.fixture
def office(app: Any, centre: Centre, make_staff: Callable[..., StaffMember], monkeypatch: pytest.MonkeyPatch) -> Office:
    """The office on Friday 18 September 2026."""
    east = make_centre("GS")
    clerk = make_staff("intake_clerk", username="clerk", centre=centre)
    made = Office(centre, east, clerk, make_staff("reviewer", username="reviewer"), make_staff("supervisor", username="supervisor"))
    fill(made)
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return made
