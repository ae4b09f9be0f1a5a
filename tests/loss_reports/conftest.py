"""The people of these tests."""

from collections.abc import Callable

import pytest

from admin_app.centres.models import Centre
from admin_app.staff.models import StaffMember


@pytest.fixture
def clerk(make_staff: Callable[..., StaffMember], centre: Centre) -> StaffMember:
    """Takes people in at the counter."""
    return make_staff("intake_clerk", username="clerk", centre=centre)
