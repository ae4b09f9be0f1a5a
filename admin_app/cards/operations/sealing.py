"""Cards that nobody gets any more: sealed by one person, destroyed by two (ADR 0064)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications.rules import Delivery
from admin_app.audit import operations as audit
from admin_app.cards import queries, rules
from admin_app.cards.models import Card, Destruction
from admin_app.cards.operations import MACHINE
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, NotAllowed
from admin_app.foundation.numbering import next_number
from admin_app.staff.permissions import verb

S = rules.Status


class NotSealed(Conflict):
    """A chosen card is not sealed, or somebody asked for its destruction already."""


@verb("cards.seal")
def seal(card: Card, *, because: str, by: Actor) -> None:
    """The card is given out no more; `because` is a word of rules.SEAL_REASONS. Conflict where its place has no such step."""
    if because not in rules.SEAL_REASONS:
        raise KeyError(because)
    MACHINE.move(card, "seal", by=by, changes={"seal_reason": because}, ended_at=clock.now())


@verb("cards.seal_uncollected")
def seal_uncollected(card: Card, *, by: Actor) -> None:
    """Nobody collected the card for as long as the office keeps it at the counter. Conflict before that, and for any other card."""
    (card,) = queries.lock([card])
    waits = card.status == S.READY and card.delivery == Delivery.COLLECT and card.ready_at is not None
    if not waits or card.ready_at > clock.now() - timedelta(days=settings.current().uncollected_days):  # type: ignore[operator]
        raise Conflict(_l("This card is not one that nobody collected in time. Nothing was changed."))
    seal(card, because="not_collected", by=by)


@verb("cards.ask_destruction")
def ask_destruction(chosen: Sequence[Card], *, by: Actor) -> Destruction:
    """Ask a second person to destroy these sealed cards. NotSealed names those that cannot be; then nothing is asked for."""
    cards = queries.lock(chosen)
    if not cards or len(cards) > rules.MOST_TOGETHER:
        raise NotSealed(_l("Choose at least one card, and %(most)s at the most.", most=rules.MOST_TOGETHER))
    away = [card.serial or card.application.reference for card in cards if card.status != S.SEALED or card.destruction_id]
    if away:
        raise NotSealed(_l("Not sealed, or asked for already: %(cards)s. Nothing was changed.", cards=", ".join(away[:5])))
    today = clock.today()
    made = Destruction(
        reference=rules.destruction_reference(today, next_number(f"destruction-{today:%y%m%d}")), centre_id=by.centre_id,
        card_count=len(cards), asked_by_id=by.staff_id, asked_at=clock.now(), answer="",
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    for card in cards:
        MACHINE.touch(card, destruction_id=made.id)
    _record("cards.destruction_asked", made, by=by)
    return made


@verb("cards.destroy")
def destroy(destruction: Destruction, *, by: Actor) -> int:
    """The cards were destroyed before the eyes of two people: `by` is the second. NotAllowed for whoever asked; returns how many."""
    fresh = _waiting(destruction)
    if by.is_staff_member(fresh.asked_by_id):
        raise NotAllowed(_l("You asked for this yourself: a second person destroys the cards with you."))
    cards = queries.lock(queries.of_destruction(fresh))
    _answer(fresh, rules.Answer.DESTROY, by=by)
    for card in cards:
        MACHINE.move(card, "destroy", by=by, changes={"destruction": fresh.reference}, ended_at=clock.now())
    _record("cards.destruction_done", fresh, by=by)
    return len(cards)


@verb("cards.refuse_destruction")
def refuse_destruction(destruction: Destruction, *, by: Actor) -> None:
    """Nothing is destroyed: the cards stay sealed. Whoever asked takes it back so."""
    fresh = _waiting(destruction)
    for card in queries.lock(queries.of_destruction(fresh)):
        MACHINE.touch(card, destruction_id=None)
    _answer(fresh, rules.Answer.REFUSE, by=by)
    _record("cards.destruction_refused", fresh, by=by)


def _waiting(destruction: Destruction) -> Destruction:
    db.session.refresh(destruction, with_for_update=True)
    if destruction.answer:
        raise Conflict(_l("Somebody has answered this already."))
    return destruction


def _answer(destruction: Destruction, answer: rules.Answer, *, by: Actor) -> None:
    destruction.answer, destruction.answered_by_id, destruction.answered_at = str(answer), by.staff_id, clock.now()
    db.session.flush()


def _record(action: str, destruction: Destruction, *, by: Actor) -> None:
    facts: dict[str, Any] = {"cards": destruction.card_count}
    audit.record(action, "destruction", destruction.reference, by=by, changes=facts)
