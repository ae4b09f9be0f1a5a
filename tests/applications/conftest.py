"""The people of a case."""

from collections.abc import Callable

import pytest

from admin_app.centres.models import Centre
from admin_app.staff.models import StaffMember

Staff = Callable[..., StaffMember]


@pytest.fixture
def clerk(make_staff: Staff, centre: Centre) -> StaffMember:
    """Takes cases in."""
    return make_staff("intake_clerk", username="clerk", centre=centre)


@pytest.fixture
def reviewer(make_staff: Staff) -> StaffMember:
    """Decides."""
    return make_staff("reviewer", username="reviewer")


@pytest.fixture
def colleague(make_staff: Staff) -> StaffMember:
    """Another reviewer."""
    return make_staff("reviewer", username="colleague")


@pytest.fixture
def supervisor(make_staff: Staff) -> StaffMember:
    """Sees the whole office, hands cases over, reopens."""
    return make_staff("supervisor", username="supervisor")
