"""The tables of the mailroom."""

from admin_app.mailing.models.parcels import CarrierBooking, CarrierInquiry, ContactAttempt, Label, MailingBatch, MailReturn, Parcel
from admin_app.mailing.models.stocks import LabelStock
from admin_app.mailing.models.stuffing import StuffingStop

__all__ = [
    "CarrierBooking", "CarrierInquiry", "ContactAttempt", "Label", "LabelStock", "MailReturn", "MailingBatch", "Parcel", "StuffingStop",
]  # fmt: skip
