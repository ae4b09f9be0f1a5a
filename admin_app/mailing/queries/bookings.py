"""What the carrier was asked, of one batch."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from admin_app.applications.models import Application
from admin_app.cards.models import Card
from admin_app.foundation.database import db
from admin_app.mailing.models import CarrierBooking, MailingBatch, Parcel
from admin_app.mailing.rules import BookingStatus


def of_parcels(parcels: Collection[Parcel]) -> dict[int, CarrierBooking]:
    """parcel id -> its booking with its job, of those that the carrier was asked for."""
    mine = (
        select(CarrierBooking)
        .options(joinedload(CarrierBooking.job))
        .where(CarrierBooking.parcel_id.in_([parcel.id for parcel in parcels]))
    )
    return {booking.parcel_id: booking for booking in db.session.scalars(mine)}


def waiting(batch_public_id: str) -> Sequence[int]:
    """Ids of the bookings of the batch that wait for the carrier, those that were asked least often first."""
    mine = select(CarrierBooking.id).join(CarrierBooking.parcel).join(Parcel.batch)
    mine = mine.where(MailingBatch.public_id == batch_public_id, CarrierBooking.status == BookingStatus.WAITING)
    return db.session.scalars(mine.order_by(CarrierBooking.asked_times, CarrierBooking.id)).all()


def whole(booking_id: int) -> CarrierBooking:
    """The booking as it is now, with parcel, card, case and resident."""
    path = select(CarrierBooking).join(CarrierBooking.parcel).join(Parcel.card).join(Card.application).join(Application.resident)
    loaded = contains_eager(CarrierBooking.parcel).contains_eager(Parcel.card).contains_eager(Card.application)
    wanted = path.options(loaded.contains_eager(Application.resident)).where(CarrierBooking.id == booking_id)
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def owner(number: str) -> CarrierBooking | None:
    """The booking that has this tracking number."""
    return db.session.scalar(select(CarrierBooking).where(CarrierBooking.number == number))
