"""Doors: the printing of labels and the questions to the carrier, done by the worker; doing a job again does nothing twice."""

from collections.abc import Callable
from typing import Any

from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage import operations as storage
from admin_app.mailing.operations import batches, booking, labels, runs
from admin_app.mailing.operations.carriers import chosen as carriers
from admin_app.mailing.operations.carriers import interface
from admin_app.mailing.queries import bookings, parcels
from admin_app.mailing.rules import ParcelStatus
from admin_app.notices import operations as notices
from admin_app.notices.models import Notice
from admin_app.notices.rules import Kind

MOST_BATCHES = 200
"""Batches that one order opens: a hundred thousand parcels. What is left then is ordered again."""


def render_labels(job: Job) -> dict[str, Any] | None:
    """Print the labels of a batch ('batch': its public id)."""
    order = labels.order_of(job)
    if order is None:
        return None
    prepared = _printed(job, order)
    with transaction():
        return {"labels": len(order.labels)} if labels.finish_batch(job, order, prepared) else None


def render_reprint(job: Job) -> dict[str, Any] | None:
    """Print one label again ('label': its code)."""
    order = labels.reprint_order(job)
    if order is None:
        return None
    prepared = _printed(job, order)
    with transaction():
        return {"labels": 1} if labels.finish_reprint(order, prepared) else None


def _printed(job: Job, order: labels.PrintOrder) -> storage.Prepared:
    """The stored PDF. The read transaction is ended first: printing takes seconds, and nobody should wait for it."""
    db.session.rollback()
    jobs.report_progress(job, 0, len(order.labels))
    data = labels.render(order, progress=lambda done, total: _come_to(job, done, total))
    return storage.prepare_generated(data, f"{order.reference}.pdf")


def _come_to(job: Job, done: int, total: int) -> None:
    """Say how far the labels are, unless somebody does not want them any more."""
    runs.refuse_stopped(job)
    db.session.rollback()
    jobs.report_progress(job, done, total)


def open_all(job: Job, *, actor_of: Callable[[int], Actor | None]) -> dict[str, Any] | None:
    """Put every ready card into a batch, batch after batch, each in a transaction of its own, until none is left or somebody stops it.

    Cards that become ready meanwhile go along. Whoever ordered it opens the batches, as they are now.
    """
    by = actor_of(job.created_by_id) if job.created_by_id is not None else None
    if by is None or not by.may("mailing.work"):
        return None
    db.session.rollback()
    for _turn in range(MOST_BATCHES):
        try:
            with transaction():
                count = 0 if jobs.is_stopped(job) else runs.open_next(job, by)
        except batches.CardNotReady:  # somebody else took one of them at the same moment: what is left is looked for again
            continue
        if not count:
            break
        done = int(runs.result(job)["parcels"])
        db.session.rollback()
        jobs.report_progress(job, done, 0)  # how many are left is not counted: more become ready meanwhile
    return runs.result(job)


def book_parcels(job: Job) -> dict[str, Any]:
    """Ask the carrier for each parcel of a batch ('batch': its public id) that waits for its number.

    A carrier that gives no answer is left alone for a while: the rest is done by a job that begins later.
    """
    carrier = carriers.chosen()
    wanted = bookings.waiting(str(job.arguments["batch"])) if carrier else ()
    db.session.rollback()
    for done, booking_id in enumerate(wanted):
        jobs.report_progress(job, done, len(wanted))
        if not _asked(job, carrier, booking_id):
            break
    return {}


def _asked(job: Job, carrier: Any, booking_id: int) -> bool:
    """Ask for one parcel, between two short transactions; False if the carrier gave no answer."""
    with transaction():
        question = booking.question(booking_id)
    if question is None:
        return True
    try:
        number = carrier.book(question)
    except interface.Refused as no:
        with transaction():
            booking.refused(booking_id, no.code)
    except interface.NotOurs:
        raise booking.CarrierClosed(booking.CLOSED) from None
    except interface.Busy as busy:
        with transaction():
            booking.unanswered(booking_id, job, busy.wait)
        return False
    else:
        with transaction():
            booking.answered(booking_id, number)
    return True


def say_posted(job: Job) -> dict[str, Any] | None:
    """Tell the resident of the card ('card_id') that it is in the post, with its number as it is now; nothing is said twice.

    What was written of another number, and has not left, is withdrawn.
    """
    with transaction():
        (parcel,) = parcels.live_of_cards([int(job.arguments["card_id"])]) or (None,)
        if parcel is None or parcel.status != ParcelStatus.POSTED or parcel.card.application.resident.erased_at:
            return None
        notice = notices.say(parcel.card.application.resident, parcels.posted_told(parcel))
        notices.drop_waiting(parcel.card.application.public_id, [Kind.POSTED], but=notice)
        return _said(notice)


def say_returned(job: Job) -> dict[str, Any] | None:
    """Tell the resident of the card ('card_id') that it came back, if it still lies here; letters of its way are withdrawn."""
    with transaction():
        (parcel,) = parcels.live_of_cards([int(job.arguments["card_id"])]) or (None,)
        if parcel is None or parcel.status != ParcelStatus.RETURNED or parcel.card.application.resident.erased_at:
            return None
        notice = notices.say(parcel.card.application.resident, parcels.returned_told(parcel))
        notices.drop_waiting(parcel.card.application.public_id, [Kind.POSTED, Kind.DELIVERED])
        return _said(notice)


def say_lost(job: Job) -> dict[str, Any] | None:
    """Tell the resident of a parcel ('parcel_id') that it is lost and a new card is made, if it still is; not that it is on its way."""
    with transaction():
        parcel = parcels.by_id(int(job.arguments["parcel_id"]))
        if parcel.status != ParcelStatus.LOST or parcel.card.application.resident.erased_at:
            return None
        notice = notices.say(parcel.card.application.resident, parcels.lost_told(parcel))
        notices.drop_waiting(parcel.card.application.public_id, [Kind.POSTED, Kind.DELIVERED])
        return _said(notice)


def say_delivered(job: Job) -> dict[str, Any] | None:
    """Tell the resident of a parcel ('parcel_id') that it was delivered, if it still is, where a message can tell it."""
    with transaction():
        parcel = parcels.by_id(int(job.arguments["parcel_id"]))
        if parcel.status != ParcelStatus.DELIVERED or parcel.card.application.resident.erased_at:
            return None
        return _said(notices.say(parcel.card.application.resident, parcels.delivered_told(parcel)))


def _said(notice: Notice | None) -> dict[str, Any] | None:
    return {"notice": notice.public_id} if notice else None
