"""Cards, from request to ready."""

import itertools
from typing import Any

from admin_app.applications.models import Application
from admin_app.cards import operations
from admin_app.cards.models import Card, Destruction
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import transaction
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_application
from tests.factories.saving import save

_serials = itertools.count(1)


def approved(taken_by: StaffMember, centre: Centre, **changes: Any) -> Application:
    """Add an approved application."""
    return make_application(taken_by, centre, **({"status": "approved", "is_open": False, "delivery": "post"} | changes))


def new_card(application: Application, status: str = "requested", **changes: Any) -> Card:
    """A card of the application as it stands in this status, not in the database (yet)."""
    now = clock.now()
    values = {
        "application_id": application.id, "centre_id": application.centre_id, "delivery": application.delivery, "status": status,
        "requested_at": now, "made_at": now, "ready_at": now,
    }  # fmt: skip
    return Card(**(values | changes))


def make_card(application: Application, status: str = "requested", **changes: Any) -> Card:
    """Add a card of the application as it stands in this status."""
    return save(new_card(application, status, **changes))


def make_destruction(asked_by: StaffMember, **changes: Any) -> Destruction:
    """Add a destruction that somebody asked for."""
    values = {
        "reference": f"XH-26-{next(_serials):04d}",
        "card_count": 1,
        "asked_by_id": asked_by.id,
        "asked_at": clock.now(),
        "answer": "",
    }
    return save(Destruction(**(values | changes)))


def requested_card(taken_by: StaffMember, centre: Centre, **changes: Any) -> Card:
    """Ask for the card of a new approved application; `changes` replace the application's columns."""
    with_application = approved(taken_by, centre, **changes)
    with transaction():
        return operations.request_card(with_application)


def ready_card(taken_by: StaffMember, centre: Centre, *, by: StaffMember, **changes: Any) -> Card:
    """A card that was made and is ready."""
    card = requested_card(taken_by, centre, **changes)
    with transaction():
        operations.mark_made(card, f"CARD{next(_serials):06d}", by=by)
        operations.mark_ready(card, by=by)
    return card
