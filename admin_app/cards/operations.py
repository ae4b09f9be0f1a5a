"""Staff verbs on cards: request, mark made, mark ready, hand over, spoil, post."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from admin_app.applications.models import Application
from admin_app.applications.operations import posting
from admin_app.applications.rules import Delivery
from admin_app.applications.rules import Status as ApplicationStatus
from admin_app.audit import operations as audit
from admin_app.cards import queries, rules
from admin_app.cards.models import Card
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.status_machine import Machine, Subject
from admin_app.foundation.typed_text import numbers, texts
from admin_app.foundation.undo import operations as undo
from admin_app.staff.permissions import verb

S = rules.Status


class NotApproved(DomainError):
    """A card was asked for an application that is not approved."""


class SerialRefused(texts.TextRefused):
    """The serial is not in the form of the office."""


class SerialTaken(Conflict):
    """Another card has this serial already."""


class GoesByPost(DomainError):
    """The card was asked for by post and is not handed over at the counter."""


@verb("cards.request_card")
def request_card(application: Application, *, by: Actor = SYSTEM) -> Card:
    """The card of an approved application: the one there is, else a new request. Asking twice gives one card."""
    existing = queries.newest_of_application(application.id)
    if existing is not None:
        return existing
    if application.status != ApplicationStatus.APPROVED:
        raise NotApproved(_l("A card is made for an approved application only."), reference=application.reference)
    try:
        with db.session.begin_nested():
            return _request(application, copy=1, by=by)
    except IntegrityError:  # somebody asked at the same moment; the index (application, copy) let one of us through
        return db.session.scalars(select(Card).where(Card.application_id == application.id, Card.copy == 1)).one()


def _request(application: Application, *, copy: int, by: Actor, replaces: Card | None = None) -> Card:
    card = Card(
        application_id=application.id, centre_id=application.centre_id, copy=copy,
        replaces_id=replaces.id if replaces else None, delivery=application.delivery,
        status=S.REQUESTED, requested_at=clock.now(),
    )  # fmt: skip
    db.session.add(card)
    db.session.flush()
    facts = {"copy": copy, "delivery": card.delivery, "application": application.reference}
    MACHINE.record(card, "cards.requested", by=by, changes=facts)
    return card


@verb("cards.mark_made")
def mark_made(card: Card, serial: str, *, by: Actor) -> None:
    """The card came from the maker with this serial. SerialRefused or SerialTaken say why not."""
    serial = numbers.serial(serial)
    if not rules.is_serial(serial, pattern=settings.current().card_serial_pattern):
        raise SerialRefused(_l("“%(serial)s” is not a card serial: 6 to 20 letters and digits.", serial=serial[:30]))
    if db.session.scalar(select(Card.id).where(Card.serial == serial)) is not None:
        raise _taken(serial)
    try:
        with db.session.begin_nested():
            MACHINE.move(card, "mark_made", by=by, changes={"serial": serial}, serial=serial, made_at=clock.now())
    except IntegrityError:
        raise _taken(serial) from None


def _taken(serial: str) -> SerialTaken:
    return SerialTaken(_l("Another card already has the serial %(serial)s.", serial=serial))


@verb("cards.mark_ready")
def mark_ready(card: Card, *, by: Actor) -> None:
    """The card was looked at and waits for the post or the counter."""
    MACHINE.move(card, "mark_ready", by=by, ready_at=clock.now())
    undo.offer(card, rules.PAST["mark_ready"], ref=card.serial or card.application.reference, before={}, by=by)


@verb("cards.take_back_ready")
def take_back_ready(card: Card, *, version: int, by: Actor) -> None:
    """The card waits to be looked at again; `version` is the one that marking it gave it. Conflict where it has moved on since."""
    MACHINE.move(card, "take_back_ready", by=by, version=version, ready_at=None)


@verb("cards.hand_over")
def hand_over(card: Card, collected_by: str, *, by: Actor) -> None:
    """The card was given to `collected_by` (1-50 characters) at the counter, whose ID card was compared by the clerk."""
    name = texts.name(collected_by, most=rules.MAX_NAME, field="collected_by")
    if card.delivery != Delivery.COLLECT:
        raise GoesByPost(_l("This card goes by post; it is not handed over at the counter."))
    MACHINE.move(card, "collect", by=by, collected_by=name, ended_at=clock.now())
    posting.conclude_loss_report(card.application, by=by)


@verb("cards.spoil")
def spoil(card: Card, reason: str, *, by: Actor) -> Card:
    """The card is unusable; returns the new request that follows it, chained to it."""
    reason = texts.reason(reason)
    MACHINE.move(card, "spoil", by=by, reason=reason, spoil_reason=reason, ended_at=clock.now())
    return _request(card.application, copy=card.copy + 1, by=by, replaces=card)


@verb("cards.post")
def post(card: Card, *, by: Actor, changes: dict[str, Any] | None = None) -> None:
    """The card left in a parcel; only mailing calls this. The case's own line in the timeline is applications.posted."""
    MACHINE.move(card, "post", by=by, changes=changes, in_case=False, ended_at=clock.now())


@verb("cards.take_back_posting")
def take_back_posting(card: Card, *, by: Actor, changes: dict[str, Any]) -> None:
    """The card did not leave after all; only mailing calls this, with its whole batch."""
    MACHINE.move(card, "take_back_posting", by=by, changes=changes, in_case=False, ended_at=None)


def _subject(card: Card) -> Subject:
    return Subject("card", card.public_id, card.application.public_id, card.application.resident_id)


def _refusal(card: Card, _version: int | None) -> Conflict:
    label = rules.STATUS_LABELS[S(card.status)]
    return Conflict(_l("This cannot be done: the card is now “%(status)s”. Nothing was changed.", status=label))


MACHINE: Machine[Card] = Machine(Card, moves=rules.MOVES, past=rules.PAST, subject=_subject, refusal=_refusal, record=audit.record)
