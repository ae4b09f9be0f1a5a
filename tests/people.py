"""The people that most tests need; tests/conftest.py hands them to every room."""

from collections.abc import Callable

import pytest

from admin_app.centres.models import Centre
from admin_app.staff.models import StaffMember

Staff = Callable[..., StaffMember]


@pytest.fixture
def clerk(make_staff: Staff, centre: Centre) -> StaffMember:
    """Takes cases in at the counter of West Lake, and hands cards over there."""
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


@pytest.fixture
def mailer(make_staff: Staff) -> StaffMember:
    """Works in the mailroom."""
    return make_staff("mailroom_clerk", username="mailer")
