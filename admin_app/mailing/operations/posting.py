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
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.staff.permissions import verb

BACKDATE = timedelta(days=7)
"""A day of posting may lie this far back: the van leaves before the numbers come."""


class PostingRefused(DomainError):
    """Some rows are not right; details: rows = {public id of the parcel: sentence}. Nothing was posted."""


class NumberRefused(DomainError):
    """This is no tracking number that the parcel can have."""


class TooManyNumbers(DomainError):
    """More numbers were pasted than rows were empty."""


class DayRefused(DomainError):
    """The day of posting is in the future, too long ago, or before the labels were made."""


@verb("mailing.post_batch")
def mark_posted(batch: MailingBatch, typed: Mapping[str, str], *, posted_on: date, version: int, by: Actor) -> int:
    """Batch, parcels, cards and applications are posted on `posted_on`, all or none; returns how many cards left.

    `typed`: public id of the parcel -> tracking number as typed. PostingRefused names the rows that are not right.
    """
    batch = moves.lock_batch(batch, version=version)
    parcels = parcel_queries.current_of_batch(batch)
    check(batch, parcels, typed, posted_on=posted_on)
    numbers = tidy(parcels, typed)
    earlier = {one.public_id: one.card.application.posted_on for one in parcels}
    before = {"posted_on": {public_id: day.toordinal() for public_id, day in earlier.items() if day}}
    moves.BATCHES.move(batch, "post", by=by, posted_on=posted_on, posted_at=clock.now(), changes={"parcels": len(parcels)})
    try:
        # Without autoflush the log entries of all parcels are written in one go.
        with db.session.begin_nested(), db.session.no_autoflush:
            for parcel in parcels:
                _post(parcel, numbers[parcel.public_id], posted_on=posted_on, by=by)
    except IntegrityError:  # the unique index of tracking numbers is the last word
        raise Conflict(_l("A tracking number was given to another parcel at the same moment. Nothing was posted.")) from None
    undo.offer(batch, rules.BATCH_PAST["post"], ref=batch.reference, before=before, by=by)
    return len(parcels)


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
    if batch.status != rules.BatchStatus.POSTED or parcel.status != rules.ParcelStatus.POSTED:
        raise Conflict(_l("Only a parcel that was posted has a tracking number to correct. Nothing was changed."))
    number, before = compact(typed), parcel.tracking_number
    _refuse_number(number, parcel)
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


def _refuse_number(number: str, parcel: Parcel) -> None:
    fault = rules.tracking_fault(number, domestic=settings.current().tracking_pattern)
    if fault is None and number == parcel.tracking_number:
        raise NumberRefused(_l("This is the number that the parcel has already."), field="tracking_number")
    if fault is None and parcel_queries.owner_of_number(number) is not None:
        fault = rules.TrackingFault.TAKEN
    if fault is not None:
        raise NumberRefused(_fault_text(number, fault), field="tracking_number")


def tidy(parcels: Sequence[Parcel], typed: Mapping[str, str]) -> dict[str, str]:
    """public id of each parcel -> its number without blanks, in capitals ('' if none was typed)."""
    return {parcel.public_id: compact(typed.get(parcel.public_id, "")) for parcel in parcels}


def refuse_left_over(numbers: Sequence[str]) -> None:
    """TooManyNumbers where pasted numbers found no row: one of them may belong to a parcel of the batch."""
    if numbers:
        raise TooManyNumbers(_l("Nothing was posted. Pasted numbers without an empty row for them: %(count)s.", count=len(numbers)))


def check(batch: MailingBatch, parcels: Sequence[Parcel], typed: Mapping[str, str], *, posted_on: date) -> None:
    """Raise what stands in the way of posting; changes nothing, so that a page can show it before anybody confirms."""
    if "post" not in moves.BATCHES.possible(batch) or not parcels:
        raise Conflict(_l("Only a batch with labels can be posted. Nothing was changed."))
    today = clock.today()
    if not today - BACKDATE <= posted_on <= today:
        raise DayRefused(_l("The day of posting is today or up to seven days ago."))
    numbers = tidy(parcels, typed)
    faults = _number_faults(batch, numbers) | _card_faults(parcels)
    if faults:
        raise PostingRefused(_l("Nothing was posted. Rows that are not right: %(count)s.", count=len(faults)), rows=faults)


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
