"""The people of the mailroom tests."""

from collections.abc import Callable

import pytest

from admin_app.centres.models import Centre
from admin_app.staff.models import StaffMember

Staff = Callable[..., StaffMember]


@pytest.fixture
def clerk(make_staff: Staff, centre: Centre) -> StaffMember:
    """Takes the cases in."""
    return make_staff("intake_clerk", username="clerk", centre=centre)


@pytest.fixture
def mailer(make_staff: Staff) -> StaffMember:
    """Works in the mailroom."""
    return make_staff("mailroom_clerk", username="mailer")
