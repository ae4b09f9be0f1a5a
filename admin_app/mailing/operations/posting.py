"""The batch leaves the house: every parcel with its tracking number, or none."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from admin_app.applications.operations import posting as applications
from admin_app.audit import operations as audit
from admin_app.cards import operations as cards
from admin_app.cards import rules as card_rules
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.reactions import react
from admin_app.foundation.typed_text import texts
from admin_app.foundation.typed_text.numbers import compact, latin
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.foundation.undo import operations as undo
from admin_app.mailing import rules
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.operations import moves
from admin_app.mailing.queries import bookings, stuffing
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.mailing.rules import packing
from admin_app.staff.permissions import verb

BACKDATE = timedelta(days=7)
"""A day of posting may lie this far back: the van leaves before the numbers come."""


class PostingRefused(DomainError):
    """Some rows are not right; details: rows = {public id of the parcel: sentence}. Nothing was posted."""


class NumberRefused(DomainError):
    """This is no tracking number that the parcel can have."""


class NotPacked(DomainError):
    """Cards, labels and envelopes are not as many yet: parcels were not scanned, or a wrong pair still waits."""


class DayRefused(DomainError):
    """The day of posting is in the future, too long ago, or before the labels were made."""


@verb("mailing.post_batch")
def mark_posted(
    batch: MailingBatch, typed: Mapping[str, str], *, posted_on: date, version: int, by: Actor, postage: str = packing.Postage.REGISTERED
) -> int:  # fmt: skip
    """Batch, parcels, cards and applications are posted on `posted_on`, all or none; returns how many cards left.

    `typed`: public id of the parcel -> tracking number as typed. PostingRefused names the rows that are not right.
    """
    batch = moves.lock_batch(batch, version=version)
    parcels = parcel_queries.current_of_batch(batch)
    check(batch, parcels, typed, posted_on=posted_on)
    numbers = tidy(parcels, typed)
    for parcel in parcels:
        if parcel.tracking_number and parcel.tracking_number != numbers[parcel.public_id]:
            moves.PARCELS.touch(parcel, tracking_number=None)  # two that were mixed up change places
    earlier = {one.public_id: one.card.application.posted_on for one in parcels}
    before: dict[str, Any] = {"posted_on": {public_id: day.toordinal() for public_id, day in earlier.items() if day}}
    before["numbered"] = [one.public_id for one in parcels if one.tracking_number]
    facts = {"posted_on": posted_on, "posted_at": clock.now(), **_priced(postage)}
    moves.BATCHES.move(batch, "post", by=by, changes={"parcels": len(parcels), "postage": str(postage)}, **facts)
    try:
        # Without autoflush the log entries of all parcels are written in one go.
        with db.session.begin_nested(), db.session.no_autoflush:
            for parcel in parcels:
                _post(parcel, numbers[parcel.public_id], posted_on=posted_on, by=by)
    except IntegrityError:  # the unique index of tracking numbers is the last word
        raise Conflict(_l("A tracking number was given to another parcel at the same moment. Nothing was posted.")) from None
    undo.offer(batch, rules.BATCH_PAST["post"], ref=batch.reference, before=before, by=by)
    return len(parcels)


def _priced(postage: str) -> dict[str, Any]:
    if postage not in set(packing.Postage):
        raise DayRefused(_l("Please choose one of the listed values."), field="postage")
    return {"postage": str(postage), "postage_fen": packing.postage_prices(settings.current().postage).get(str(postage))}


def _post(parcel: Parcel, number: str, *, posted_on: date, by: Actor) -> None:
    moves.PARCELS.move(parcel, "post", by=by, changes={"tracking_number": number}, tracking_number=number, posted_at=clock.now())
    cards.post(parcel.card, by=by, changes={"parcel": parcel.number, "tracking_number": number})
    applications.mark_posted(parcel.card.application, posted_on, by=by, tracking_number=number)


@verb("mailing.correct_tracking")
def correct_tracking(parcel: Parcel, typed: str, *, reason: str, version: int, by: Actor) -> None:
    """Give a posted parcel another tracking number; the reason and the number before are kept in the log, and the case shows it.

    Raises ReasonMissing, Conflict for a parcel that has not left or that somebody else changed, NumberRefused (details: field).
    """
    batch = moves.lock_batch(parcel.batch)
    db.session.refresh(parcel)
    reason = texts.reason(reason)
    if parcel.version != version:
        raise Conflict(_l("Somebody else has changed this parcel. Nothing was changed; look at it again."))
    if batch.status != rules.BatchStatus.POSTED or parcel.status not in rules.AWAY:
        raise Conflict(_l("Only a parcel that was posted has a tracking number to correct. Nothing was changed."))
    number, before = compact(typed), parcel.tracking_number
    if number == parcel.tracking_number:
        raise NumberRefused(_l("This is the number that the parcel has already."), field="tracking_number")
    refuse_number(number, parcel)
    try:
        with db.session.begin_nested():
            moves.PARCELS.touch(parcel, version, tracking_number=number)
    except IntegrityError:  # the unique index of tracking numbers is the last word
        raise NumberRefused(rules.FAULT_TEXTS[rules.TrackingFault.TAKEN], field="tracking_number") from None
    application, facts = parcel.card.application, {"tracking_number": [before, number]}
    audit.record(
        "mailing.tracking_corrected", "parcel", parcel.number, by=by, case_ref=application.public_id, reason=reason, changes=facts,
        about=application.resident_id,
    )  # fmt: skip
    react("mailing.tracking_corrected", parcel, by=by)


def refuse_number(number: str, parcel: Parcel) -> None:
    """NumberRefused (details: field) if this (compact) number is none of the post, or another parcel has it."""
    fault = rules.tracking_fault(number, domestic=settings.current().tracking_pattern)
    owner = parcel_queries.owner_of_number(number) if fault is None else None
    if owner is not None and owner.id != parcel.id:
        fault = rules.TrackingFault.TAKEN
    if fault is not None:
        raise NumberRefused(_fault_text(number, fault), field="tracking_number")


def tidy(parcels: Sequence[Parcel], typed: Mapping[str, str]) -> dict[str, str]:
    """public id of each parcel -> its number without blanks, in capitals ('' if none was typed)."""
    return {parcel.public_id: compact(typed.get(parcel.public_id, "")) for parcel in parcels}


def check(batch: MailingBatch, parcels: Sequence[Parcel], typed: Mapping[str, str], *, posted_on: date) -> None:
    """Raise what stands in the way of posting; changes nothing, so that a page can show it before anybody confirms."""
    if "post" not in moves.BATCHES.possible(batch) or not parcels:
        raise Conflict(_l("Only a batch with labels can be posted. Nothing was changed."))
    today = clock.today()
    if not today - BACKDATE <= posted_on <= today:
        raise DayRefused(_l("The day of posting is today or up to seven days ago."))
    refuse_unpacked(batch)
    numbers = tidy(parcels, typed)
    faults = _unlike_booked(parcels, numbers) | _number_faults(batch, numbers) | _card_faults(parcels)
    if faults:
        raise PostingRefused(_l("Nothing was posted. Rows that are not right: %(count)s.", count=len(faults)), rows=faults)


def refuse_unpacked(batch: MailingBatch) -> None:
    """NotPacked unless label and card of each parcel were scanned as a pair; a parcel that cannot be is taken out, with its reason."""
    books = stuffing.balance(batch)
    if stuffing.open_stops(batch):
        raise NotPacked(_l("Nothing was posted. A wrong pair of label and card has to be put right first, at the stuffing desk."))
    if not books.is_even:
        sentence = _l(
            "Nothing was posted. Cards that were not scanned into their envelopes: %(count)s. Scan them, or take them out with a"
            " reason.", count=books.missing,
        )  # fmt: skip
        raise NotPacked(sentence)


def _number_faults(batch: MailingBatch, numbers: Mapping[str, str]) -> dict[str, Any]:
    domestic, times = settings.current().tracking_pattern, Counter(numbers.values())
    faults = {public_id: rules.tracking_fault(number, domestic=domestic) for public_id, number in numbers.items()}
    right = {numbers[public_id] for public_id, fault in faults.items() if fault is None}
    taken = parcel_queries.taken_tracking_numbers(right, but=batch)
    for public_id, number in numbers.items():
        if faults[public_id] is None and times[number] > 1:
            faults[public_id] = rules.TrackingFault.TWICE
        elif number in taken:
            faults[public_id] = rules.TrackingFault.TAKEN
    return {public_id: _fault_text(numbers[public_id], fault) for public_id, fault in faults.items() if fault is not None}


def _unlike_booked(parcels: Sequence[Parcel], numbers: Mapping[str, str]) -> dict[str, Any]:
    """A parcel leaves under the number that the carrier booked for it, or its news would be those of another."""
    booked = {parcel_id: one.number for parcel_id, one in bookings.of_parcels(parcels).items() if one.number}
    other = (one for one in parcels if booked.get(one.id, numbers[one.public_id]) != numbers[one.public_id])
    return {one.public_id: _l("The carrier booked %(number)s for this parcel.", number=booked[one.id]) for one in other}


def _fault_text(number: str, fault: rules.TrackingFault) -> Any:
    try:
        latin(number)
    except TextRefused as strange:
        return strange.message
    return rules.FAULT_TEXTS[fault]


def _card_faults(parcels: Sequence[Parcel]) -> dict[str, Any]:
    text = _l("The card cannot be posted any more. Take this parcel out of the batch.")
    gone = (parcel for parcel in parcels if not card_rules.may_be_posted(parcel.card.status, parcel.card.delivery))
    return {parcel.public_id: text for parcel in gone}
