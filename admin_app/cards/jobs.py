"""Doors: the work that the office does by itself for cards."""

from typing import Any

from admin_app.applications.rules import Delivery
from admin_app.cards import operations, queries
from admin_app.cards.models import Card
from admin_app.cards.rules import Status
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs.models import Job
from admin_app.notices import operations as notices
from admin_app.notices.rules import Kind


def request_card(job: Job) -> dict[str, Any] | None:
    """Ask for the card of an approved application ('application_id'); doing it again changes nothing."""
    with transaction():
        application = queries.application_to_card(int(job.arguments["application_id"]))
        if application is None:
            return None
        return {"card": operations.request_card(application).public_id}


def say_ready(job: Job) -> dict[str, Any] | None:
    """Tell the resident that the card ('card_id') waits at the counter, if it still does; doing it again says nothing twice."""
    with transaction():
        return _say_ready(db.session.get_one(Card, int(job.arguments["card_id"])))


def say_redirected(job: Job) -> dict[str, Any] | None:
    """The card of a case ('application_id') goes elsewhere: it waits at the counter now, or what was written of that is not true."""
    with transaction():
        card = queries.newest_of_application(int(job.arguments["application_id"]))
        if card is None:
            return None
        told = _say_ready(card)
        if told is None:
            notices.drop_waiting(card.application.public_id, [Kind.READY])
        return told


def _say_ready(card: Card) -> dict[str, Any] | None:
    resident = card.application.resident
    if card.status != Status.READY or card.delivery != Delivery.COLLECT or resident.erased_at:
        return None
    notice = notices.say(resident, queries.ready_told(card))
    return {"notice": notice.public_id} if notice else None


def say_destroyed(job: Job) -> dict[str, Any] | None:
    """Tell the resident that the card ('card_id') was destroyed, unless another one was made in its place: then nothing is missing."""
    with transaction():
        card = db.session.get_one(Card, int(job.arguments["card_id"]))
        application, newest = card.application, queries.newest_of_application(card.application_id)
        if card.status != Status.DESTROYED or newest is not card or application.resident.erased_at:
            return None
        notices.drop_waiting(application.public_id, [Kind.READY, Kind.RETURNED])
        notice = notices.say(application.resident, queries.destroyed_told(card))
        return {"notice": notice.public_id} if notice else None
