"""Small valid cards for the tests of this room and of the rooms above it."""

import itertools
from typing import Any

from admin_app.applications.models import Application
from admin_app.cards import operations
from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.foundation.database import transaction
from admin_app.staff.models import StaffMember
from tests.applications.cases import make_application

_serials = itertools.count(1)


def approved(taken_by: StaffMember, centre: Centre, **changes: Any) -> Application:
    """Add an approved application."""
    return make_application(taken_by, centre, **({"status": "approved", "is_open": False, "delivery": "post"} | changes))


def make_card(taken_by: StaffMember, centre: Centre, **changes: Any) -> Card:
    """Ask for the card of a new approved application; `changes` replace the application's columns."""
    with_application = approved(taken_by, centre, **changes)
    with transaction():
        return operations.request_card(with_application)


def ready_card(taken_by: StaffMember, centre: Centre, *, by: StaffMember, **changes: Any) -> Card:
    """A card that was made and is ready."""
    card = make_card(taken_by, centre, **changes)
    with transaction():
        operations.mark_made(card, f"CARD{next(_serials):06d}", by=by)
        operations.mark_ready(card, by=by)
    return card
