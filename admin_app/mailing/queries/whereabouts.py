"""Where the card of an application is: what case, card and parcel add up to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import joinedload

from admin_app.applications.models import Application
from admin_app.applications.rules import Delivery
from admin_app.applications.rules import Status as CaseStatus
from admin_app.cards import queries as cards
from admin_app.cards.models import Card
from admin_app.cards.rules import Status as CardStatus
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.mailing.models import Parcel
from admin_app.mailing.queries.parcels import visible_to
from admin_app.mailing.rules import LIVE, ParcelStatus, Place
from admin_app.production.models import ProductionBatch, ProductionLine
from admin_app.production.rules import Outcome

OF_CASES = {
    CaseStatus.DRAFT: Place.DRAFT, CaseStatus.SUBMITTED: Place.IN_REVIEW, CaseStatus.IN_REVIEW: Place.IN_REVIEW,
    CaseStatus.RECOMMENDED: Place.IN_REVIEW, CaseStatus.NEEDS_INFORMATION: Place.WITH_RESIDENT, CaseStatus.APPROVED: Place.APPROVED,
    CaseStatus.REJECTED: Place.REJECTED, CaseStatus.WITHDRAWN: Place.WITHDRAWN,
}  # fmt: skip
"""Where there is no card yet."""
OF_CARDS = {
    CardStatus.REQUESTED: Place.BEING_MADE, CardStatus.IN_PRODUCTION: Place.AT_MAKER, CardStatus.MADE: Place.MADE,
    CardStatus.POSTED: Place.POSTED, CardStatus.COLLECTED: Place.COLLECTED, CardStatus.SPOILED: Place.SPOILED,
    CardStatus.DELIVERED: Place.DELIVERED, CardStatus.HELD: Place.CAME_BACK, CardStatus.LOST: Place.LOST,
    CardStatus.SEALED: Place.SEALED, CardStatus.DESTROYED: Place.DESTROYED,
}  # fmt: skip
"""Where the card's status says it; a ready one waits for the post or at the counter."""

ENDED = frozenset(
    {Place.POSTED, Place.DELIVERED, Place.COLLECTED, Place.SPOILED, Place.LOST, Place.SEALED, Place.DESTROYED}
)  # fmt: skip
"""Places that began when the card ended (Card.ended_at)."""


@dataclass(frozen=True)
class Whereabouts:
    """Where the card of one application is."""

    application: Application
    place: Place
    since: date | None
    """The day on which that began, on the office's clock; None where nobody wrote it down."""
    card: Card | None = None
    """The card that counts, the latest copy."""
    parcel: Parcel | None = None
    """Its parcel that was not taken out."""
    batch: ProductionBatch | None = None
    """The production batch in which it waits for the maker."""


def of_applications(staff: Actor, applications: Sequence[Application]) -> list[Whereabouts]:
    """Where each card is of applications that `staff` may see, in their order; three statements at most."""
    return _found(applications, cards.visible_to(staff), visible_to(staff))


def of_own(applications: Sequence[Application]) -> list[Whereabouts]:
    """The same of cases for whoever has shown that they are theirs: ask for nobody else by it."""
    return _found(applications, true(), true())


def _found(applications: Sequence[Application], seen: ColumnElement[bool], seen_parcels: ColumnElement[bool]) -> list[Whereabouts]:
    numbers = [application.id for application in applications]
    mine = select(Card).where(Card.application_id.in_(numbers), seen).order_by(Card.application_id, Card.copy)
    newest = {card.application_id: card for card in db.session.scalars(mine)} if numbers else {}
    parcels = _parcels(seen_parcels, [card.id for card in newest.values()])
    away = _batches([card.id for card in newest.values() if card.status == CardStatus.IN_PRODUCTION])
    return [
        replace(_whereabouts(one, card, parcels.get(card.id) if card else None), batch=away.get(card.id) if card else None)
        for one in applications
        for card in (newest.get(one.id),)
    ]


def _batches(numbers: Sequence[int]) -> dict[int, ProductionBatch]:
    lines = select(ProductionLine).where(ProductionLine.card_id.in_(numbers), ProductionLine.outcome == Outcome.WAITING)
    found = db.session.scalars(lines.options(joinedload(ProductionLine.batch))) if numbers else ()
    return {line.card_id: line.batch for line in found}


def _parcels(seen: ColumnElement[bool], numbers: Sequence[int]) -> dict[int, Parcel]:
    mine = select(Parcel).join(Parcel.card).where(Parcel.card_id.in_(numbers), Parcel.status.in_(LIVE), seen)
    return {parcel.card_id: parcel for parcel in db.session.scalars(mine.options(joinedload(Parcel.batch)))} if numbers else {}


def _whereabouts(application: Application, card: Card | None, parcel: Parcel | None) -> Whereabouts:
    if card is None:
        return Whereabouts(application, OF_CASES[CaseStatus(application.status)], _case_since(application))
    place = OF_CARDS.get(CardStatus(card.status)) or _ready(card, parcel)
    if place == Place.POSTED and parcel is not None and parcel.status == ParcelStatus.INQUIRED:
        place = Place.INQUIRED
    return Whereabouts(application, place, _card_since(card, parcel, place), card, parcel)


def _ready(card: Card, parcel: Parcel | None) -> Place:
    if card.delivery == Delivery.COLLECT:
        return Place.AT_COUNTER
    return Place.IN_BATCH if parcel is not None else Place.TO_MAIL


def _case_since(application: Application) -> date | None:
    moment = {CaseStatus.DRAFT: application.received_at, CaseStatus.WITHDRAWN: None}.get(
        CaseStatus(application.status), application.submitted_at
    )
    return application.decided_on or application.paused_on or (clock.to_office(moment).date() if moment else None)


def _card_since(card: Card, parcel: Parcel | None, place: Place) -> date:
    if place == Place.POSTED and parcel is not None and parcel.batch.posted_on is not None:
        return parcel.batch.posted_on
    if place in (Place.DELIVERED, Place.INQUIRED, Place.CAME_BACK) and parcel is not None and parcel.since_on is not None:
        return parcel.since_on
    moment = card.requested_at
    if place in ENDED:
        moment = card.ended_at or moment
    elif place == Place.MADE:
        moment = card.made_at or moment
    elif place in (Place.AT_COUNTER, Place.TO_MAIL):
        moment = card.ready_at or moment
    elif place == Place.IN_BATCH and parcel is not None:
        moment = parcel.batch.labelled_at or parcel.batch.created_at
    return clock.to_office(moment).date()
