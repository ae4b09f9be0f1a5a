"""Staff verbs on cards: request, mark made, mark ready, hand over, spoil, post."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from admin_app.applications.models import Application
from admin_app.applications.operations import posting
from admin_app.applications.rules import Delivery
from admin_app.applications.rules import Status as ApplicationStatus
from admin_app.audit import operations as audit
from admin_app.cards import queries, rules
from admin_app.cards.models import Card
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.typed_text import numbers, texts

S = rules.Status


class NotApproved(DomainError):
    """A card was asked for an application that is not approved."""


class SerialRefused(texts.TextRefused):
    """The serial is not in the form of the office."""


class SerialTaken(Conflict):
    """Another card has this serial already."""


class GoesByPost(DomainError):
    """The card was asked for by post and is not handed over at the counter."""


def request_card(application: Application, *, by: audit.Actor = audit.SYSTEM) -> Card:
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


def _request(application: Application, *, copy: int, by: audit.Actor, replaces: Card | None = None) -> Card:
    card = Card(
        application_id=application.id, copy=copy, replaces_id=replaces.id if replaces else None, delivery=application.delivery,
        status=S.REQUESTED, requested_at=clock.now(),
    )  # fmt: skip
    db.session.add(card)
    db.session.flush()
    facts = {"copy": copy, "delivery": card.delivery, "application": application.reference}
    audit.record("cards.requested", "card", card.public_id, by=by, case_ref=application.public_id, changes=facts)
    return card


def mark_made(card: Card, serial: str, *, by: audit.Actor) -> None:
    """The card came from the maker with this serial. SerialRefused or SerialTaken say why not."""
    serial = numbers.serial(serial)
    if not rules.is_serial(serial, pattern=settings.current().card_serial_pattern):
        raise SerialRefused(_l("“%(serial)s” is not a card serial: 6 to 20 letters and digits.", serial=serial[:30]))
    if db.session.scalar(select(Card.id).where(Card.serial == serial)) is not None:
        raise _taken(serial)
    try:
        with db.session.begin_nested():
            _move(card, "mark_made", by=by, changes={"serial": serial}, serial=serial, made_at=clock.now())
    except IntegrityError:
        raise _taken(serial) from None


def _taken(serial: str) -> SerialTaken:
    return SerialTaken(_l("Another card already has the serial %(serial)s.", serial=serial))


def mark_ready(card: Card, *, by: audit.Actor) -> None:
    """The card was looked at and waits for the post or the counter."""
    _move(card, "mark_ready", by=by, ready_at=clock.now())


def hand_over(card: Card, collected_by: str, *, by: audit.Actor) -> None:
    """The card was given to `collected_by` (1-50 characters) at the counter, whose ID card was compared by the clerk."""
    name = texts.name(collected_by, most=rules.MAX_NAME, field="collected_by")
    if card.delivery != Delivery.COLLECT:
        raise GoesByPost(_l("This card goes by post; it is not handed over at the counter."))
    _move(card, "collect", by=by, collected_by=name, ended_at=clock.now())
    posting.conclude_loss_report(card.application, by=by)


def spoil(card: Card, reason: str, *, by: audit.Actor) -> Card:
    """The card is unusable; returns the new request that follows it, chained to it."""
    reason = texts.reason(reason)
    _move(card, "spoil", by=by, reason=reason, spoil_reason=reason, ended_at=clock.now())
    return _request(card.application, copy=card.copy + 1, by=by, replaces=card)


def post(card: Card, *, by: audit.Actor, changes: dict[str, Any] | None = None) -> None:
    """The card left in a parcel; only mailing calls this. The case's own line in the timeline is applications.posted."""
    _move(card, "post", by=by, changes=changes, in_case=False, ended_at=clock.now())


def _move(
    card: Card, verb: str, *, by: audit.Actor, reason: str | None = None, changes: dict[str, Any] | None = None,
    in_case: bool = True, **values: Any,
) -> None:  # fmt: skip
    """Do `verb` on the card and write `values` with it, only if nobody changed the card meanwhile; record the action."""
    before, expected = card.status, card.version
    target = rules.status_after(before, verb)
    if target is None:
        raise _refusal(card)
    guarded = update(Card).where(Card.id == card.id, Card.status == before, Card.version == expected)
    values |= {"status": str(target), "version": expected + 1}
    done = db.session.execute(guarded.values(**values).execution_options(synchronize_session=False))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        db.session.refresh(card)
        raise _refusal(card)
    for name, value in values.items():
        set_committed_value(card, name, value)
    facts = {"status": [before, str(target)]} | (changes or {})
    case_ref = card.application.public_id if in_case else None
    audit.record(f"cards.{rules.PAST[verb]}", "card", card.public_id, by=by, case_ref=case_ref, reason=reason, changes=facts)


def _refusal(card: Card) -> Conflict:
    label = rules.STATUS_LABELS[S(card.status)]
    return Conflict(_l("This cannot be done: the card is now “%(status)s”. Nothing was changed.", status=label))
