"""Staff verbs on cards: request, mark made, mark ready, hand over, spoil, post."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from admin_app.applications import rules as application_rules
from admin_app.applications.models import Application
from admin_app.applications.operations import posting
from admin_app.applications.rules import Delivery
from admin_app.applications.rules import Status as ApplicationStatus
from admin_app.audit import operations as audit
from admin_app.cards import queries, rules
from admin_app.cards.models import Card
from admin_app.cards.rules import Authority, Collector
from admin_app.foundation import clock, crypto, settings
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.status_machine import Machine, Subject
from admin_app.foundation.storage import held
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.typed_text import numbers, texts
from admin_app.foundation.undo import operations as undo
from admin_app.residents import rules as resident_rules
from admin_app.residents.operations import note_reveal
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


class CollectorRefused(DomainError):
    """This person cannot collect the card, or something about them is missing; details: field."""


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


@dataclass(frozen=True)
class Booked:
    """Whom a card that is made once more is put down to: `fault` a word of rules.Fault or '', what it costs in fen or None."""

    fault: str = ""
    cost_fen: int | None = None


@verb("cards.request_again")
def request_again(card: Card, booked: Booked, *, by: Actor) -> Card:
    """A new request that stands in for `card`, chained to it; whoever calls this has ended `card` in the same transaction."""
    return _request(card.application, copy=card.copy + 1, by=by, replaces=card, booked=booked)


def _request(application: Application, *, copy: int, by: Actor, replaces: Card | None = None, booked: Booked | None = None) -> Card:
    booked = booked or Booked()
    card = Card(
        application_id=application.id, centre_id=application.centre_id, copy=copy,
        replaces_id=replaces.id if replaces else None, delivery=application.delivery,
        status=S.REQUESTED, requested_at=clock.now(), fault=booked.fault, cost_fen=booked.cost_fen,
    )  # fmt: skip
    db.session.add(card)
    db.session.flush()
    facts = {"copy": copy, "delivery": card.delivery, "application": application.reference}
    facts |= {name: said for name, said in (("fault", booked.fault or None), ("cost_fen", booked.cost_fen)) if said is not None}
    MACHINE.record(card, "cards.requested", by=by, changes=facts)
    return card


@verb("cards.mark_made")
def mark_made(card: Card, serial: str, *, by: Actor) -> None:
    """The card came from the maker with this serial. SerialRefused or SerialTaken say why not."""
    move_with_serial(card, "mark_made", read_serial(serial), {}, by=by)


def read_serial(typed: str) -> str:
    """A serial as it is kept. TextRefused or SerialRefused if it is none of the office."""
    serial = numbers.serial(typed)
    if not rules.is_serial(serial, pattern=settings.current().card_serial_pattern):
        raise SerialRefused(_l("“%(serial)s” is not a card serial: 6 to 20 letters and digits.", serial=serial[:30]))
    return serial


def move_with_serial(card: Card, verb_of_it: str, serial: str, facts: dict[str, Any], *, by: Actor) -> None:
    """Do the move by which a card gets its serial; verbs alone call it. SerialTaken if another card has it."""
    if db.session.scalar(select(Card.id).where(Card.serial == serial)) is not None:
        raise _taken(serial)
    try:
        with db.session.begin_nested():
            MACHINE.move(card, verb_of_it, by=by, changes=facts | {"serial": serial}, serial=serial, made_at=clock.now())
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


@dataclass(frozen=True)
class Collected:
    """Who collects a card, as typed: `collector` a word of rules.Collector; name, number and document of a proxy, and its scan.

    `paper` is the scan (storage.prepare, before the transaction), `without_paper` why there is none.

    An empty number of somebody who is the proxy of the application is the one that the application holds.
    """

    collector: str = Collector.RESIDENT
    name: str = ""
    id_number: str = ""
    id_number_confirmed: str = ""
    authority: str = ""
    paper: storage.Prepared | None = None
    without_paper: str = ""


@verb("cards.hand_over")
def hand_over(card: Card, collected: Collected, *, by: Actor) -> None:
    """The card was given at the counter to the resident, or to a proxy with a document; the clerk compared the ID card.

    Raises GoesByPost, CollectorRefused (details: field), TextRefused, the errors of an ID number.
    """
    if card.delivery != Delivery.COLLECT:
        raise GoesByPost(_l("This card goes by post; it is not handed over at the counter."))
    is_proxy = collected.collector == Collector.PROXY
    seen: dict[str, Any] = _proxy(card, collected) if is_proxy else {"collected_by": card.application.resident.name}
    facts = {"collector": str(Collector(collected.collector))}
    if is_proxy:
        facts |= {"authority": seen["authority"]} | _named(seen.pop("paper"))
    because = seen.get("authority_missing") or None
    MACHINE.move(
        card, "collect", by=by, reason=because, changes=facts, collector=facts["collector"], handed_over_by_id=by.staff_id,
        ended_at=clock.now(), **seen,
    )  # fmt: skip
    posting.conclude_loss_report(card.application, by=by)


def _proxy(card: Card, collected: Collected) -> dict[str, Any]:
    if collected.authority not in set(Authority):
        raise CollectorRefused(_l("Please say which document lets this person collect the card."), field="authority")
    name, application = texts.name(collected.name, most=rules.MAX_NAME, field="collected_by"), card.application
    if not collected.id_number and application.agent_id_sealed and resident_rules.is_same_name(name, application.agent_name):
        number = crypto.decrypt_text(application.agent_id_sealed, context=f"application|agent_id|{application.public_id}")
        confirmed = number
    else:
        number, confirmed = collected.id_number, collected.id_number_confirmed
    identity = resident_rules.read_id_number(number, today=clock.today(), field="collector_id_number")
    if application.resident.id_number_index in crypto.keyring().blind_indexes("id_number", identity.number):
        raise CollectorRefused(
            _l("This is the resident's own ID number; a proxy or guardian is somebody else."), field="collector_id_number"
        )
    if application_rules.age_on(clock.today(), identity.birth_on) < rules.ADULT_AGE:
        raise CollectorRefused(_l("A proxy or guardian is at least %(age)s years old.", age=rules.ADULT_AGE), field="collector_id_number")
    resident_rules.ask_about(identity, confirmed=confirmed, field="collector_id_number")
    paper, missing = _paper(collected)
    return {
        "paper": paper,
        "authority_file_id": paper.id if paper else None,
        "authority_missing": missing,
        "collected_by": name,
        "collector_id_sealed": crypto.encrypt_text(identity.number, context=f"card|collector_id|{card.public_id}"),
        "collector_id_masked": resident_rules.mask_id_number(identity.number),
        "collector_number_confirmed": identity.confirmed,
        "authority": str(Authority(collected.authority)),
    }


def _paper(collected: Collected) -> tuple[StoredFile | None, str]:
    """The scan of a proxy's document as it is kept, or why none is: one of them is asked for."""
    if collected.paper is not None:
        return storage.accept(collected.paper), ""
    if not texts.line(collected.without_paper):
        raise CollectorRefused(_l("Add the scan of the document, or say why none is kept."), field="authority_missing")
    return None, texts.reason(collected.without_paper, field="authority_missing")


def _named(paper: StoredFile | None) -> dict[str, Any]:
    return {"file": paper.public_id, "sha256": paper.sha256} | held.said_of(paper) if paper else {}


@verb("cards.attach_authority")
def attach_authority(card: Card, ready: storage.Prepared, *, by: Actor) -> None:
    """Keep the scan of the document by which a proxy collected the card, where none was kept then; the same file twice is once.

    Conflict where no proxy collected it, or another scan is there: what the card was handed over by is not exchanged.
    """
    (card,) = queries.lock([card])
    if card.collector != Collector.PROXY:
        raise Conflict(_l("No proxy has collected this card. Nothing was changed."))
    if card.authority_file is not None:
        if card.authority_file.sha256 == ready.sha256:
            return
        raise Conflict(_l("The scan of the document is here already and stays. Nothing was changed."))
    paper = storage.accept(ready)
    MACHINE.touch(card, authority_file_id=paper.id)
    MACHINE.record(card, "cards.authority_attached", by=by, changes=_named(paper))


@verb("cards.reveal_collector")
def reveal_collector(card: Card, *, why: str, reason: str = "", by: Actor) -> str:
    """The full ID number of the proxy who collected the card; the door commits before it shows it. Counted and refused as a resident's.

    Conflict where no number is kept.
    """
    if card.collector_id_sealed is None:
        raise Conflict(_l("No number is kept of whoever collected this card."))
    note_reveal(card.application.resident, "residents.collector_revealed", why=why, reason=reason, by=by)
    return crypto.decrypt_text(card.collector_id_sealed, context=f"card|collector_id|{card.public_id}")


@verb("cards.spoil")
def spoil(card: Card, reason: str, *, by: Actor, booked: Booked | None = None) -> Card:
    """The card is unusable; returns the new request that follows it, chained to it and put down to whom `booked` says."""
    reason = texts.reason(reason)
    MACHINE.move(card, "spoil", by=by, reason=reason, spoil_reason=reason, ended_at=clock.now())
    return request_again(card, booked or Booked(), by=by)


@verb("cards.post")
def post(card: Card, *, by: Actor, changes: dict[str, Any] | None = None) -> None:
    """The card left in a parcel; only mailing calls this. The case's own line in the timeline is applications.posted."""
    MACHINE.move(card, "post", by=by, changes=changes, in_case=False, ended_at=clock.now())


STEPS = frozenset({"deliver", "not_delivered", "hold", "release", "lose", "write_off"})
"""What becomes of a card with its parcel."""


@verb("cards.follow_parcel")
def follow_parcel(
    card: Card, step: str, *, by: Actor, changes: dict[str, Any], reason: str | None = None, **values: Any
) -> None:  # fmt: skip
    """The card goes the way of its parcel, a word of STEPS; only mailing calls this, and its own entry tells the case."""
    if step not in STEPS:
        raise KeyError(step)
    MACHINE.move(card, step, by=by, reason=reason, changes=changes, in_case=False, **values)


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
