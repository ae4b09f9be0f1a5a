"""The tables of the mailroom."""

from admin_app.mailing.models.cells import SheetCell
from admin_app.mailing.models.parcels import CarrierBooking, CarrierInquiry, ContactAttempt, Label, MailingBatch, MailReturn, Parcel
from admin_app.mailing.models.printers import LabelPrinter
from admin_app.mailing.models.sheets import LabelSheet
from admin_app.mailing.models.stocks import LEAST_POINTS, LabelStock
from admin_app.mailing.models.stuffing import StuffingStop

__all__ = [
    "LEAST_POINTS", "CarrierBooking", "CarrierInquiry", "ContactAttempt", "Label", "LabelPrinter", "LabelSheet", "LabelStock",
    "MailReturn", "MailingBatch", "Parcel", "SheetCell", "StuffingStop",
]  # fmt: skip
