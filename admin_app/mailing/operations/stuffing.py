"""Stuffing by scan: the label, then the card. A right pair lies in its envelope; a wrong one stops the desk until somebody put it right."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from admin_app.audit import operations as audit
from admin_app.cards import queries as cards
from admin_app.cards.models import Card
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.typed_text import numbers
from admin_app.mailing import rules
from admin_app.mailing.models import Label, MailingBatch, Parcel, StuffingStop
from admin_app.mailing.operations import moves, posting
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.mailing.queries import stuffing as queries
from admin_app.mailing.rules import packing
from admin_app.staff.permissions import verb


class ScanIncomplete(DomainError):
    """Only one of the two was scanned; details: field, the one that is missing."""


class Outcome(StrEnum):
    """What became of a scanned pair."""

    RIGHT = "right"
    ALREADY = "already"
    """The same pair was scanned before; nothing changed."""
    STOPPED = "stopped"


@dataclass(frozen=True)
class Scanned:
    """A pair that was scanned: `stop` where the two do not go together, or where an earlier wrong pair waits still."""

    outcome: Outcome
    parcel: Parcel | None
    stop: StuffingStop | None = None


@verb("mailing.stuff")
def stuff(batch: MailingBatch, label: str, serial: str, *, by: Actor, tracking: str = "") -> Scanned:
    """The card with this serial goes into the envelope with this label, if it is the right one; else the desk stops, and that is logged.

    `tracking`: the post's number on the same envelope, where it is scanned along. Raises ScanIncomplete, Conflict for a batch that is
    not packed now, NumberRefused (details: field). A stop is an answer, not an error: it has to be kept.
    """
    batch = moves.lock_batch(batch)
    _refuse_half(label, serial)
    if batch.status != rules.BatchStatus.LABELLED:
        raise Conflict(_l("Cards are packed when the labels are made, and until the batch is posted. Nothing was changed."))
    standing = next((stop for stop in queries.open_stops(batch) if stop.stopped_by_id == by.staff_id), None)
    if standing is not None:
        return Scanned(Outcome.STOPPED, standing.parcel, standing)
    code = numbers.reference(label)
    printed = parcel_queries.label_by_code(by, code) if rules.is_parcel_number(code) else None
    card = cards.by_serial(by, numbers.compact(serial))
    if printed is not None:
        db.session.refresh(printed.parcel)
        cards.lock([printed.parcel.card])
    fault = _mismatch(batch, printed, card)
    if printed is None or fault is not None:
        return _stop(batch, printed, card, fault or packing.Mismatch.NO_LABEL, by=by)
    return _pack(printed, numbers.compact(tracking), by=by)


def _refuse_half(label: str, serial: str) -> None:
    if not numbers.compact(label):
        raise ScanIncomplete(_l("Scan the label first."), field="label")
    if not numbers.compact(serial):
        raise ScanIncomplete(_l("Now scan the card."), field="card")


def _mismatch(batch: MailingBatch, label: Label | None, card: Card | None) -> packing.Mismatch | None:
    if label is None:
        return packing.Mismatch.NO_LABEL
    parcel = label.parcel
    found = {
        packing.Mismatch.VOID_LABEL: label.voided_at is not None,
        packing.Mismatch.OTHER_BATCH: parcel.batch_id != batch.id,
        packing.Mismatch.NOT_HERE: parcel.status not in rules.REPRINTABLE,
        packing.Mismatch.SPOILED: parcel_queries.is_spoiled(parcel),
        packing.Mismatch.NO_CARD: card is None,
        packing.Mismatch.OTHER_CARD: card is not None and card.id != parcel.card_id,
    }
    return next((fault for fault, is_so in found.items() if is_so), None)


def _stop(batch: MailingBatch, label: Label | None, card: Card | None, fault: packing.Mismatch, *, by: Actor) -> Scanned:
    parcel = label.parcel if label is not None else None
    other = next(iter(parcel_queries.live_of_cards([card.id])), None) if card is not None and fault == packing.Mismatch.OTHER_CARD else None
    if fault == packing.Mismatch.OTHER_CARD and other is None:
        fault = packing.Mismatch.NO_CARD
    stop = StuffingStop(
        batch_id=batch.id, parcel_id=parcel.id if parcel else None, other_id=other.id if other else None, fault=fault,
        stopped_at=clock.now(), stopped_by_id=by.staff_id,
    )  # fmt: skip
    db.session.add(stop)
    db.session.flush()
    facts = {"fault": str(fault), "parcel": parcel.number if parcel else None, "other": other.number if other else None}
    moves.BATCHES.record(batch, "mailing.wrong_pair", by=by, changes={name: fact for name, fact in facts.items() if fact})
    return Scanned(Outcome.STOPPED, parcel, stop)


def _pack(label: Label, tracking: str, *, by: Actor) -> Scanned:
    parcel, is_known = label.parcel, not tracking or tracking == label.parcel.tracking_number
    known: dict[str, Any] = {} if is_known else {"tracking_number": tracking}
    if known:
        posting.refuse_number(tracking, parcel)
    is_new = parcel.status == rules.ParcelStatus.LABELLED
    facts: dict[str, Any] = {"label": label.code} | known
    try:
        with db.session.begin_nested():
            if is_new:
                scanned: dict[str, Any] = {"stuffed_at": clock.now(), "stuffed_by_id": by.staff_id}
                moves.PARCELS.move(parcel, "stuff", by=by, changes=facts, **scanned, **known)
            elif known:
                moves.PARCELS.touch(parcel, **known)
                moves.PARCELS.record(parcel, "mailing.number_scanned", by=by, changes=facts)
    except IntegrityError:  # the unique index of tracking numbers is the last word
        raise posting.NumberRefused(rules.FAULT_TEXTS[rules.TrackingFault.TAKEN], field="tracking") from None
    return Scanned(Outcome.RIGHT if is_new else Outcome.ALREADY, parcel)


@verb("mailing.unstuff")
def unstuff(parcel: Parcel, *, by: Actor) -> None:
    """The card is out of its envelope again: both have to be scanned anew. A tracking number that was scanned with it is free again."""
    batch = moves.lock_batch(parcel.batch)
    db.session.refresh(parcel)
    if batch.status != rules.BatchStatus.LABELLED:
        raise moves.BATCHES.refused(batch)
    moves.PARCELS.move(parcel, "unstuff", by=by, **moves.UNPACKED)


@verb("mailing.settle_stop")
def settle_stop(batch: MailingBatch, *, by: Actor) -> int:
    """The wrong pairs of the batch are put right, whoever scanned them: the desk goes on. Conflict where none waits; returns how many."""
    batch = moves.lock_batch(batch)
    waiting = queries.open_stops(batch)
    if not waiting:
        raise Conflict(_l("There is no wrong pair to put right. Nothing was changed."))
    for stop in waiting:
        stop.settled_at = clock.now()
        about = {"parcel": stop.parcel.number} if stop.parcel else {}
        audit.record("mailing.wrong_pair_settled", "mailing_batch", batch.reference, by=by, changes={"fault": stop.fault} | about)
    return len(waiting)
