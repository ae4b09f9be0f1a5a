"""What comes back by post 退件: taken in at the returns desk, attempts to reach the resident, where its card goes from there."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications.models import Application
from admin_app.applications.operations import moves as cases
from admin_app.applications.operations.documents import lock as lock_case
from admin_app.applications.rules import Delivery
from admin_app.cards import operations as cards
from admin_app.cards import queries as card_queries
from admin_app.cards import rules as card_rules
from admin_app.cards.models import Card
from admin_app.cards.operations import sealing
from admin_app.centres import queries as centres
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict
from admin_app.foundation.typed_text import texts
from admin_app.mailing.models import ContactAttempt, MailReturn, Parcel
from admin_app.mailing.operations import redirecting, tracing
from admin_app.mailing.rules import ParcelStatus, returns
from admin_app.residents.operations import reveal_phone as reveal_phone_of
from admin_app.residents.rules import Why
from admin_app.staff.permissions import verb

SAME_ATTEMPT = timedelta(minutes=1)
"""The same attempt, sent again within this time, is the form sent twice."""


class ShelfMissing(texts.TextRefused):
    """Nobody would find the card again."""


@verb("mailing.take_return")
def take_return(parcel: Parcel, *, reason: str, shelf: str, by: Actor) -> bool:
    """The parcel came back and its card lies at `shelf`; `reason` is a word of rules.returns.ReturnReason.

    False where the same was said before: scanned twice it stays where it lies. A card that was declared lost was made again meanwhile: it
    is sealed at once. Raises ShelfMissing, Conflict for a parcel that never left, and for one that was taken in otherwise.
    """
    parcel = tracing.lock(parcel)
    code, place = returns.ReturnReason(reason), texts.line(shelf, most=returns.SHELF_LENGTH, field="shelf")
    if not place:
        raise ShelfMissing(_l("Say where the card lies now: the place on the shelf."), field="shelf")
    if parcel.status == ParcelStatus.RETURNED:
        _refuse_otherwise(parcel, code, place)
        return False
    was_lost, today = parcel.status == ParcelStatus.LOST, clock.today()
    tracing.answer(parcel, "returned")
    facts = {"return_reason": str(code), "shelf": place}
    tracing.PARCELS.move(parcel, "return", by=by, changes=facts, since_on=today, next_on=today)
    made = MailReturn(
        parcel_id=parcel.id, reason=str(code), shelf=place, received_at=clock.now(), received_by_id=by.staff_id,
        keep_until=today + timedelta(days=settings.current().return_keep_days),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    db.session.expire(parcel, ["came_back"])
    if was_lost:
        sealing.seal(_card_of(parcel), by=by, because="replaced")
        _end(parcel, returns.Outcome.SEALED, by=by)
    else:
        cards.follow_parcel(_card_of(parcel), "hold", by=by, changes={"parcel": parcel.number}, ended_at=None)
    return True


def _refuse_otherwise(parcel: Parcel, reason: returns.ReturnReason, place: str) -> None:
    """Conflict where the parcel was taken in with another reason or place: what is typed the second time is not dropped without a word."""
    known = parcel.came_back
    if known is not None and (known.reason, known.shelf) != (str(reason), place):
        said = {"reason": returns.RETURN_REASONS[returns.ReturnReason(known.reason)], "shelf": known.shelf}
        raise Conflict(
            _l("This was taken in before: %(reason)s, place %(shelf)s. Nothing was changed; its page takes another place.", **said)
        )


@verb("mailing.note_attempt")
def note_attempt(parcel: Parcel, *, way: str, result: str, note: str, made_on: date, by: Actor) -> ContactAttempt:
    """Keep one attempt to reach the resident, and the day on which to go on: at once where they said what they want, else days later.

    Raises Conflict where the card does not lie here, TextRefused.
    """
    parcel = _lying_here(parcel)
    today = clock.today()
    if not parcel.since_on or not parcel.since_on <= made_on <= today:
        raise texts.TextRefused(_l("The day lies between the day on which the card came back and today."), field="made_on")
    said = texts.line(note, most=returns.NOTE_LENGTH, field="note")
    found = returns.Reached(result)
    for one in parcel.attempts:
        same = (one.way, one.result, one.note, one.made_on, one.made_by_id) == (str(way), str(found), said, made_on, by.staff_id)
        if same and one.made_at > clock.now() - SAME_ATTEMPT:
            return one
    made = ContactAttempt(
        parcel_id=parcel.id, made_on=made_on, way=str(returns.Way(way)), result=str(found), note=said, made_by_id=by.staff_id,
        made_at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    following = today if found in returns.SETTLED else centres.calendar().add(today, returns.CONTACT_AGAIN_DAYS)
    tracing.PARCELS.touch(parcel, next_on=following)
    tracing.PARCELS.record(parcel, "mailing.contact_tried", by=by, changes={"way": made.way, "result": made.result})
    return made


@verb("mailing.move_shelf")
def move_shelf(parcel: Parcel, shelf: str, *, by: Actor) -> None:
    """The card lies elsewhere now. Raises ShelfMissing, Conflict."""
    parcel = _lying_here(parcel)
    place = texts.line(shelf, most=returns.SHELF_LENGTH, field="shelf")
    if not place:
        raise ShelfMissing(_l("Say where the card lies now: the place on the shelf."), field="shelf")
    if parcel.came_back is not None and parcel.came_back.shelf != place:
        parcel.came_back.shelf = place
        tracing.PARCELS.record(parcel, "mailing.shelf_changed", by=by, changes={"shelf": place})


@verb("mailing.reveal_phone")
def reveal_phone(parcel: Parcel, *, by: Actor) -> str:
    """The full phone of the resident whose card came back, '' if none is known; counted and refused as every number that is shown."""
    parcel = _lying_here(parcel)
    return reveal_phone_of(parcel.card.application.resident, why=Why.CALL, by=by)


@dataclass(frozen=True)
class Way:
    """Where a card goes that came back, as typed: the fields of redirecting.redirect()."""

    delivery: str
    recipient: str = ""
    postcode: str = ""
    address: str = ""


@verb("mailing.send_on")
def send_on(parcel: Parcel, way: Way, *, version: int, by: Actor) -> None:
    """The card goes from the shelf to the next mailing batch, to this address, or to the counter of its centre.

    `version` is that of the application. Raises what redirecting.redirect() raises, Conflict where the card does not lie here.
    """
    parcel = _lying_here(parcel)
    card, application = _card_of(parcel), parcel.card.application
    lock_case(application)
    wanted = redirecting.checked(application, way.delivery, way.recipient, way.postcode, way.address)
    is_counter = wanted["delivery"] == Delivery.COLLECT
    _end(parcel, returns.Outcome.COUNTER if is_counter else returns.Outcome.AGAIN, by=by)
    cards.follow_parcel(
        card, "release", by=by, changes={"delivery": wanted["delivery"]}, delivery=wanted["delivery"], ready_at=clock.now()
    )  # fmt: skip
    changed = [name for name in redirecting.FIELDS if getattr(application, name) != wanted[name]]
    if changed:
        _write_way(application, wanted, changed, version=version, by=by)


def _write_way(application: Application, wanted: dict[str, str], changed: list[str], *, version: int, by: Actor) -> None:
    facts: dict[str, Any] = {"fields": changed}
    if "delivery" in changed:
        facts["delivery"] = [application.delivery, wanted["delivery"]]
    cases.touch(application, version, address_changed_on=clock.today(), **wanted)
    cases.record(application, "applications.redirected", by=by, changes=facts)


@verb("mailing.replace_returned")
def replace_returned(parcel: Parcel, *, reason: str, booked: cards.Booked, by: Actor) -> Card:
    """The card that came back is of no use any more; returns the request for the one that stands in for it."""
    parcel, reason = _lying_here(parcel), texts.reason(reason)
    card = _card_of(parcel)
    _end(parcel, returns.Outcome.REPLACED, by=by)
    facts = {"parcel": parcel.number}
    cards.follow_parcel(card, "write_off", by=by, reason=reason, changes=facts, spoil_reason=reason, ended_at=clock.now())
    return cards.request_again(card, booked, by=by)


@verb("mailing.seal_returned")
def seal_returned(parcel: Parcel, *, by: Actor) -> None:
    """The card has lain here for as long as the office keeps it: it is sealed and given out no more. Conflict before that day."""
    parcel = _lying_here(parcel)
    if parcel.came_back is None or parcel.came_back.keep_until >= clock.today():
        raise Conflict(_l("This card is kept longer: the resident may still be reached. Nothing was changed."))
    sealing.seal(_card_of(parcel), by=by, because="not_reached")
    _end(parcel, returns.Outcome.SEALED, by=by)


def _end(parcel: Parcel, outcome: returns.Outcome, *, by: Actor) -> None:
    tracing.PARCELS.move(parcel, "resolve", by=by, changes={"outcome": str(outcome)})
    if parcel.came_back is not None:
        parcel.came_back.outcome, parcel.came_back.ended_at = str(outcome), clock.now()


def _lying_here(parcel: Parcel) -> Parcel:
    """The parcel as it is now, held until the transaction ends; Conflict where its card does not lie on a shelf."""
    fresh = tracing.lock(parcel)
    if fresh.status != ParcelStatus.RETURNED or fresh.card.status != card_rules.Status.HELD:
        raise Conflict(_l("This card does not lie on a shelf of the mailroom any more. Nothing was changed."))
    return fresh


def _card_of(parcel: Parcel) -> Card:
    return card_queries.lock([parcel.card])[0]
