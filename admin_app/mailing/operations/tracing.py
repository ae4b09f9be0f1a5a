"""What becomes of a parcel on its way: delivered, asked about, declared lost. Each step stands in the timeline of its case."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_app.audit import operations as audit
from admin_app.cards import operations as cards
from admin_app.cards import queries as card_queries
from admin_app.cards.models import Card
from admin_app.centres import queries as centres
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import DomainError
from admin_app.foundation.status_machine import Machine, Subject
from admin_app.foundation.typed_text import texts
from admin_app.mailing import rules
from admin_app.mailing.models import CarrierInquiry, Parcel
from admin_app.mailing.operations import moves
from admin_app.mailing.operations.carriers.interface import Busy, Carrier, NotOurs
from admin_app.mailing.rules import returns
from admin_app.mailing.rules.carrier import Line
from admin_app.staff.permissions import verb


class DayRefused(DomainError):
    """The day lies in the future, or before the parcel left; details: field."""


def lock(parcel: Parcel) -> Parcel:
    """The parcel as it is now, held until the transaction ends (PostgreSQL; SQLite writers wait anyway)."""
    fresh = select(Parcel).where(Parcel.id == parcel.id).execution_options(populate_existing=True)
    return db.session.scalars(fresh.with_for_update(of=Parcel)).one()


@verb("mailing.mark_delivered")
def mark_delivered(parcel: Parcel, *, on: date, by: Actor) -> bool:
    """The parcel was delivered on that day, as the carrier or the resident says; False where that is known already.

    Raises DayRefused, Conflict for a parcel that is not with the post.
    """
    parcel = lock(parcel)
    if parcel.status == rules.ParcelStatus.DELIVERED and parcel.since_on == on:
        return False
    _refuse_day(parcel, on)
    answer(parcel, "delivered")
    PARCELS.move(parcel, "deliver", by=by, changes={"on": on.isoformat()}, since_on=on)
    cards.follow_parcel(_card_of(parcel), "deliver", by=by, changes={"parcel": parcel.number})
    return True


@verb("mailing.take_back_delivery")
def take_back_delivery(parcel: Parcel, *, reason: str, by: Actor) -> None:
    """The parcel was not delivered after all: it is with the post again, and somebody asks where."""
    parcel, reason = lock(parcel), texts.reason(reason)
    PARCELS.move(parcel, "not_delivered", by=by, reason=reason, since_on=None)
    cards.follow_parcel(_card_of(parcel), "not_delivered", by=by, changes={"parcel": parcel.number})


@verb("mailing.inquire")
def inquire(parcel: Parcel, *, asked_on: date, carrier_reference: str, by: Actor) -> CarrierInquiry:
    """The carrier was asked on that day where the parcel is. Raises DayRefused, Conflict, TextRefused."""
    parcel = lock(parcel)
    _refuse_day(parcel, asked_on)
    said = texts.line(carrier_reference, most=returns.CARRIER_REFERENCE_LENGTH, field="carrier_reference")
    until = centres.calendar().add(asked_on, settings.current().carrier_answer_days)
    facts: dict[str, Any] = {"on": asked_on.isoformat()} | ({"carrier_reference": said} if said else {})
    PARCELS.move(parcel, "inquire", by=by, changes=facts, since_on=asked_on, next_on=until)
    made = CarrierInquiry(
        parcel_id=parcel.id, asked_on=asked_on, carrier_reference=said, asked_by_id=by.staff_id, asked_at=clock.now(), answer=""
    )
    db.session.add(made)
    db.session.flush()
    db.session.expire(parcel, ["inquiries"])
    return made


@verb("mailing.declare_lost")
def declare_lost(parcel: Parcel, *, reason: str, booked: cards.Booked, by: Actor) -> Card:
    """The carrier does not find the parcel: its card is lost; returns the request for the one that stands in for it.

    Only a parcel that the carrier was asked about is lost: Conflict for any other.
    """
    parcel, reason = lock(parcel), texts.reason(reason)
    answer(parcel, "lost")
    PARCELS.move(parcel, "lose", by=by, reason=reason, since_on=clock.today())
    card = _card_of(parcel)
    cards.follow_parcel(card, "lose", by=by, reason=reason, changes={"parcel": parcel.number}, ended_at=clock.now())
    return cards.request_again(card, booked, by=by)


def asked(carrier: Carrier | None, numbers: Sequence[str]) -> list[Line]:
    """What the carrier says last of these parcels, as rows of its file would; outside of transaction().

    DomainError where nobody can be asked, nothing is to be asked, or no answer comes.
    """
    if carrier is None:
        raise DomainError(_l("No carrier is set that could be asked: paste what it says, or choose its file."))
    if not numbers:
        raise DomainError(_l("No parcel is missing: of all that were posted long ago somebody has said what became of them."))
    try:
        news = carrier.track(numbers)
    except NotOurs:
        raise DomainError(_l("The carrier does not accept this office's key. Tell the administrator; nothing was changed.")) from None
    except Busy:
        raise DomainError(_l("The carrier does not answer now. Nothing was changed; try again in a moment.")) from None
    if not news:
        raise DomainError(_l("The carrier knows nothing of the parcels that are missing. Make an inquiry."))
    return [Line(place, one.number, one.event.replace("_", " "), one.day.isoformat()) for place, one in enumerate(news, 1)]


def answer(parcel: Parcel, word: str) -> None:
    """Note how the question to the carrier ended that still runs, if there is one."""
    for one in parcel.inquiries:
        if not one.answer:
            one.answer, one.answered_on = word, clock.today()


def _refuse_day(parcel: Parcel, day: date) -> None:
    posted_on = parcel.batch.posted_on
    if day > clock.today() or (posted_on is not None and day < posted_on):
        raise DayRefused(_l("The day lies between the day of posting and today."), field="on")


def _card_of(parcel: Parcel) -> Card:
    return card_queries.lock([parcel.card])[0]


PARCELS: Machine[Parcel] = Machine(
    Parcel,
    moves=rules.PARCEL_MOVES,
    past=rules.PARCEL_PAST,
    subject=lambda parcel: Subject(
        "parcel", parcel.number, parcel.card.application.public_id, parcel.card.application.resident_id
    ),
    refusal=moves.parcel_refusal,
    record=audit.record,
    derived=moves.next_look,
)  # fmt: skip
"""The machine of parcels once they have left: the case is told what becomes of them."""
