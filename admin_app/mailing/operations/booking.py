"""The carrier is asked to carry the parcels of a batch, and gives each its tracking number.

Every question has a key, the same for as long as nobody knows the answer, so that a parcel is booked once however often it is asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from admin_app.audit import operations as audit
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.database import db, new_public_id
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import QUEUED, RUNNING, Job
from admin_app.foundation.status_machine import Machine, Subject
from admin_app.mailing import rules
from admin_app.mailing.models import CarrierBooking, MailingBatch, Parcel
from admin_app.mailing.operations import moves
from admin_app.mailing.operations.carriers.chosen import chosen
from admin_app.mailing.operations.carriers.interface import Consignment
from admin_app.mailing.queries import bookings as queries
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.staff.permissions import verb

JOB = "mailing.book_parcels"
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(minutes=5)
"""Between two questions to a carrier that gave no answer; the carrier may ask for more."""
CLOSED = _l("The carrier does not accept this office's key, so nothing is booked. Tell the administrator, then ask again.")


class CarrierClosed(DomainError):
    """The carrier does not know this office: its key is wrong or has expired."""


def _refusal(_booking: CarrierBooking, _version: int | None) -> Conflict:
    return Conflict(_l("The carrier has answered meanwhile. Nothing was changed; look at it again."))


BOOKINGS: Machine[CarrierBooking] = Machine(
    CarrierBooking,
    moves=rules.BOOKING_MOVES,
    past=rules.BOOKING_PAST,
    subject=lambda booking: Subject("parcel", booking.parcel.number, about=booking.parcel.card.application.resident_id),
    refusal=_refusal,
    record=audit.record,
)


@verb("mailing.book_parcels")
def book_parcels(batch: MailingBatch, *, by: Actor) -> Job:
    """Have the carrier asked for every parcel with a label that has no number of it yet; what it refused or left open is asked again.

    Raises Conflict where there is nothing to ask, and where no carrier is set.
    """
    batch = moves.lock_batch(batch)
    if chosen() is None:
        raise Conflict(_l("No carrier is set that could be asked: the numbers are typed, scanned or come in a file."))
    if batch.status != rules.BatchStatus.LABELLED:
        raise moves.BATCHES.refused(batch)
    parcels = [one for one in parcel_queries.current_of_batch(batch) if may_leave(one)]
    asked = queries.of_parcels(parcels)
    fresh = [one for one in parcels if one.id not in asked]
    again = [one for one in asked.values() if is_open(one)]
    stuck = _stuck(asked.values())
    if not fresh and not again and not stuck:
        raise Conflict(_l("Nothing was asked: the carrier has every parcel of this batch, or is being asked."))
    job = _enqueue(batch.public_id, by=by)
    db.session.add_all(CarrierBooking(parcel_id=one.id, status=rules.BookingStatus.WAITING, job_id=job.id) for one in fresh)
    for booking in again:
        BOOKINGS.move(booking, "ask_again", by=by, asked_times=0, fault="", job_id=job.id)
    for booking in stuck:
        BOOKINGS.touch(booking, job_id=job.id)
    moves.BATCHES.record(batch, "mailing.booking_ordered", by=by, changes={"parcels": len(fresh) + len(again) + len(stuck)})
    return job


def _stuck(asked: Iterable[CarrierBooking]) -> list[CarrierBooking]:
    """The bookings that wait although no job is left that would ask: the last one failed."""
    waiting = [one for one in asked if one.status == rules.BookingStatus.WAITING]
    is_at_work = any(one.job.status in (QUEUED, RUNNING) for one in waiting)
    return [] if is_at_work else waiting


def _enqueue(batch: str, *, by: Actor, wait: timedelta = timedelta(0)) -> Job:
    """A job of its own: what it asks is written in the bookings, and those decide that nothing is asked twice."""
    return jobs.enqueue(JOB, dedupe_key=f"{JOB}:{new_public_id()}", by=by, wait=wait, batch=batch)


def may_ask(parcels: Sequence[Parcel], asked: Mapping[int, CarrierBooking]) -> bool:
    """Whether there is anything that book_parcels() would ask; `asked`: parcel id -> its booking."""
    open_ones = any(may_leave(one) and is_open(asked.get(one.id)) for one in parcels)
    return open_ones or bool(_stuck(asked.values()))


def may_leave(parcel: Parcel) -> bool:
    """Whether the parcel has a label and waits to leave with its card."""
    return parcel.status in rules.NOT_POSTED - {rules.ParcelStatus.PLANNED} and not parcel_queries.is_spoiled(parcel)


def is_open(booking: CarrierBooking | None) -> bool:
    """Whether the carrier can be asked: it was not yet, or what it said came to nothing."""
    return booking is None or "ask_again" in BOOKINGS.possible(booking)


def question(booking_id: int) -> Consignment | None:
    """What to ask the carrier now, counted as asked before it is; None where there is nothing to ask any more. In transaction()."""
    booking = queries.whole(booking_id)
    if booking.status != rules.BookingStatus.WAITING:
        return None
    parcel, resident = booking.parcel, booking.parcel.card.application.resident
    if not may_leave(parcel) or resident.is_restricted or resident.erased_at:
        BOOKINGS.move(booking, "refuse", by=SYSTEM, fault=rules.BookingFault.GONE, changes={"why": rules.BookingFault.GONE})
        return None
    BOOKINGS.touch(booking, asked_at=clock.now(), asked_times=booking.asked_times + 1)
    lines = tuple(filter(None, parcel.address.split("\n")))
    return Consignment(booking.key, parcel.number, parcel.recipient, parcel.postcode, lines)


def answered(booking_id: int, number: str) -> None:
    """The carrier takes the parcel under `number`. A number that cannot be is kept from use, and a person has to look. In transaction()."""
    booking = queries.whole(booking_id)
    if booking.status != rules.BookingStatus.WAITING:
        return  # two workers asked under one key and heard the same
    fault = _number_fault(number)
    if fault is None:
        try:
            with db.session.begin_nested():
                BOOKINGS.move(booking, "book", by=SYSTEM, number=number, fault="", changes={"tracking_number": number})
        except IntegrityError:  # the unique index of booked numbers is the last word
            db.session.refresh(booking)
            fault = rules.BookingFault.TWICE
    if fault is not None:
        BOOKINGS.move(booking, "give_up", by=SYSTEM, fault=fault, changes={"why": fault})


def _number_fault(number: str) -> rules.BookingFault | None:
    if rules.tracking_fault(number, domestic=settings.current().tracking_pattern):
        return rules.BookingFault.NUMBER
    is_taken = parcel_queries.owner_of_number(number) or queries.owner(number)
    return rules.BookingFault.TWICE if is_taken else None


def refused(booking_id: int, code: str) -> None:
    """The carrier does not take the parcel; `code` is its word for why. In transaction()."""
    booking = queries.whole(booking_id)
    if booking.status == rules.BookingStatus.WAITING:
        BOOKINGS.move(booking, "refuse", by=SYSTEM, fault=code, refusals=booking.refusals + 1, changes={"carrier_said": code})


def unanswered(booking_id: int, job: Job, wait: float) -> None:
    """No answer came: the carrier is asked later, in a job of its own; after MOST_ASKED times a person has to look. In transaction()."""
    booking = queries.whole(booking_id)
    if booking.status == rules.BookingStatus.WAITING and booking.asked_times >= rules.MOST_ASKED:
        fault = rules.BookingFault.NO_ANSWER
        BOOKINGS.move(booking, "give_up", by=SYSTEM, fault=fault, changes={"why": fault})
    batch = str(job.arguments["batch"])
    left = queries.waiting(batch)
    if left:
        pause = max(min(FIRST_WAIT * 2 ** (booking.asked_times - 1), LONGEST_WAIT), timedelta(seconds=wait))
        later = _enqueue(batch, by=SYSTEM, wait=pause)
        BOOKINGS.touch(queries.whole(left[0]), job_id=later.id)
