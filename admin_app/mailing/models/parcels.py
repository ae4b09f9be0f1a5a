"""Mailing batches, parcels and their labels, and what becomes of parcels once they have left."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.cards.models import Card
from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.sealed_text import SealedText, SealsTexts
from admin_app.foundation.storage.models import StoredFile
from admin_app.mailing import rules
from admin_app.mailing.models.printers import LabelPrinter
from admin_app.mailing.models.sheets import LabelSheet
from admin_app.mailing.models.stocks import LabelStock
from admin_app.mailing.rules import packing, returns
from admin_app.mailing.rules.label_choice import BY_RULE
from admin_app.mailing.rules.phones import PhoneShown
from admin_app.staff.models import StaffMember

_LIVE_PARCEL = text("status NOT IN ('resolved','removed')")
_IS_DUE = text("next_on IS NOT NULL")
_VALID_LABEL = text("voided_at IS NULL")


class MailingBatch(Base):
    """A batch of parcels that leave together 交寄批次."""

    __tablename__ = "mailing_batch"
    __table_args__ = (
        CheckConstraint(f"status IN ({','.join(repr(str(s)) for s in rules.BatchStatus)})", name="status"),
        CheckConstraint(f"postage IN ('',{','.join(repr(str(s)) for s in packing.Postage)})", name="postage"),
        CheckConstraint(f"phone_shown IN ({','.join(repr(str(s)) for s in PhoneShown)})", name="phone_shown"),
        Index(None, "status", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    """JJ-26-1122-01: year, month and day, running number of the day."""
    status: Mapped[str] = mapped_column(String(10))
    """A word of rules.BatchStatus."""
    stock_id: Mapped[int] = mapped_column(ForeignKey("label_stock.id"))
    stock: Mapped[LabelStock] = relationship()
    printer_id: Mapped[int | None] = mapped_column(ForeignKey("label_printer.id"))
    printer: Mapped[LabelPrinter | None] = relationship()
    """Whose dots and corrections the labels are made for; NULL: one of 300 or 600 dots an inch that was not measured."""
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("label_sheet.id"))
    sheet: Mapped[LabelSheet | None] = relationship()
    """The half-used sheet on whose free cells its labels begin; NULL: a sheet that nothing is known of."""
    start_cell: Mapped[int] = mapped_column(Integer, default=1)
    """The cell from which on the labels take what is free on the first sheet, counted from 1 by rows."""
    label_design: Mapped[str] = mapped_column(String(20), default=BY_RULE)
    """The code of the design of all its labels (reports/labels/design_files); 'rule': the table of rules says it for each."""
    label_language: Mapped[str] = mapped_column(String(5), default=BY_RULE)
    """The words around name and address, a word of reports.labels.designs.Variant; 'rule': by the script of each name."""
    phone_shown: Mapped[str] = mapped_column(String(8), default=PhoneShown.DESIGN)
    """How much of the phone stands on its labels: a word of rules.phones.PhoneShown."""
    created_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who opened it."""
    created_by: Mapped[StaffMember] = relationship()
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was opened."""
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    job: Mapped[Job | None] = relationship()
    labels_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    labels_file: Mapped[StoredFile | None] = relationship()
    printed_stock: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The measures of its sheets when the labels were made (reports.labels.rows.LabelStock); NULL before, or where nobody kept them."""
    labelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When its labels were made."""
    labels_opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When their file was opened to be printed the last time; NULL: never since openings are noted."""
    posted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When somebody entered that it left."""
    posted_on: Mapped[date | None] = mapped_column(Date, index=True)
    """Day on which it left, as entered."""
    postage: Mapped[str] = mapped_column(String(12), default="")
    """A word of packing.Postage once it was posted; '' before, and where nobody entered it."""
    postage_fen: Mapped[int | None] = mapped_column(Integer)
    """Price of a piece in fen on that day; NULL where none was known."""
    parcel_count: Mapped[int] = mapped_column(Integer, default=0)
    """Parcels that are not taken out."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    parcels: Mapped[list["Parcel"]] = relationship(back_populates="batch", order_by="Parcel.position")


class Parcel(SealsTexts, Base):
    """One card in one envelope 邮件. Recipient and address are what was printed, kept as they were."""

    __tablename__ = "parcel"
    __table_args__ = (
        CheckConstraint(f"status IN ({','.join(repr(str(s)) for s in rules.ParcelStatus)})", name="status"),
        Index(None, "batch_id", "position"),
        Index(None, "card_id"),
        Index("ix_parcel_next", "status", "next_on", "id", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
        Index("uq_parcel_live_card", "card_id", unique=True, sqlite_where=_LIVE_PARCEL, postgresql_where=_LIVE_PARCEL),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    """Parcel number: the barcode on the label names the parcel, not the print."""
    batch_id: Mapped[int] = mapped_column(ForeignKey("mailing_batch.id"))
    batch: Mapped[MailingBatch] = relationship(back_populates="parcels")
    position: Mapped[int] = mapped_column(Integer)
    """Place in the batch from 1, and so on its sheets."""
    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"))
    card: Mapped[Card] = relationship()
    recipient: Mapped[str] = mapped_column(String(60))
    postcode_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Encrypted for this row; NULL where there is none."""
    postcode = SealedText()
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """One line a row of the label, separated by newlines, encrypted for this row."""
    address = SealedText()
    phone_masked: Mapped[str] = mapped_column(String(20), default="")
    """The last digits, as printed."""
    status: Mapped[str] = mapped_column(String(12))
    """A word of rules.ParcelStatus."""
    stuffed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When label and card were scanned as a pair; NULL: not yet, or taken back."""
    stuffed_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who scanned them."""
    stuffed_by: Mapped[StaffMember | None] = relationship()
    removed_why: Mapped[str] = mapped_column(String(12), default="")
    """A word of packing.Difference where a labelled parcel was taken out; '' else."""
    tracking_number: Mapped[str | None] = mapped_column(String(20), unique=True)
    posted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When somebody entered that it left."""
    since_on: Mapped[date | None] = mapped_column(Date)
    """The day on which it was delivered, came back, was asked about or given up, as its status says; NULL before it left and on its way."""
    next_on: Mapped[date | None] = mapped_column(Date)
    """When somebody is to look at it: to ask the carrier, to see whether it answered, to reach the resident; NULL: no day is set."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    came_back: Mapped["MailReturn | None"] = relationship(back_populates="parcel")
    attempts: Mapped[list["ContactAttempt"]] = relationship(back_populates="parcel", order_by="ContactAttempt.id")
    inquiries: Mapped[list["CarrierInquiry"]] = relationship(back_populates="parcel", order_by="CarrierInquiry.id")
    labels: Mapped[list["Label"]] = relationship(back_populates="parcel", order_by="Label.id")


class Label(Base):
    """One print of a parcel's label 面单; at most one per parcel is not void."""

    __tablename__ = "label"
    __table_args__ = (
        Index(None, "parcel_id", "copy", unique=True),
        Index("uq_label_valid_parcel", "parcel_id", unique=True, sqlite_where=_VALID_LABEL, postgresql_where=_VALID_LABEL),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    parcel: Mapped[Parcel] = relationship(back_populates="labels")
    copy: Mapped[int] = mapped_column(Integer, default=1)
    """1 for the first print, 2 for the first reprint."""
    code: Mapped[str] = mapped_column(String(24), unique=True)
    """What the barcode says: parcel number, with -2, -3 … for reprints, so that a void label is known when scanned."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was asked for."""
    created_by_id: Mapped[int | None] = mapped_column(Id)
    """Whose reprint it is; NULL for the batch's own print."""
    printed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When its PDF was made."""
    reprint_reason: Mapped[str] = mapped_column(String(200), default="")
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a reprint or a removal made it worthless; NULL: it counts."""
    start_cell: Mapped[int | None] = mapped_column(Integer)
    """Cell of a reprint on its sheet; the first print stands in the batch's file."""
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    job: Mapped[Job | None] = relationship()
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    file: Mapped[StoredFile | None] = relationship()
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the file of a label that was printed again was opened the last time; NULL: never since openings are noted."""
    design: Mapped[str] = mapped_column(String(20), default="")
    """The code of the design that it was printed with (reports/labels/design_files); '' before, and where nobody kept it."""
    design_version: Mapped[str] = mapped_column(String(12), default="")
    """Which version of that file, reports.labels.designs.Design.version; '' where there is no design."""


class CarrierBooking(Base):
    """That the carrier was asked to carry a parcel, and the number it gave. Its public id is the key under which the carrier books once."""

    __tablename__ = "carrier_booking"
    __table_args__ = (
        CheckConstraint(f"status IN ({','.join(repr(str(s)) for s in rules.BookingStatus)})", name="status"),
        CheckConstraint("number IS NULL OR status = 'booked'", name="number"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"), unique=True)
    parcel: Mapped[Parcel] = relationship()
    status: Mapped[str] = mapped_column(String(10))
    """A word of rules.BookingStatus."""
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    """The tracking number that the carrier gave; NULL unless it is booked, and once it was erased."""
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the carrier was asked last; NULL: not yet."""
    asked_times: Mapped[int] = mapped_column(Integer, default=0)
    """How often it was asked since a person wanted it."""
    refusals: Mapped[int] = mapped_column(Integer, default=0)
    """How often the carrier has refused it. What was refused was not booked, so a corrected parcel is asked for under a new key."""
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    job: Mapped[Job] = relationship()
    """The job that asks."""
    fault: Mapped[str] = mapped_column(String(40), default="")
    """A word of rules.BookingFault, or the carrier's word for why it refused; '' where nothing is wrong."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    @property
    def key(self) -> str:
        """What the carrier knows this booking by."""
        return f"{self.public_id}-{self.refusals}" if self.refusals else self.public_id


class MailReturn(Base):
    """That a parcel came back 退件: why, where its card lies, how that ended. Posted again it is another parcel."""

    __tablename__ = "mail_return"
    __table_args__ = (
        Index(None, "received_by_id", "id"),
        Index(None, "received_at", "id"),
        CheckConstraint(f"reason IN ({','.join(repr(str(s)) for s in returns.ReturnReason)})", name="reason"),
        CheckConstraint(f"outcome IN ('',{','.join(repr(str(s)) for s in returns.Outcome)})", name="outcome"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"), unique=True)
    parcel: Mapped[Parcel] = relationship(back_populates="came_back")
    reason: Mapped[str] = mapped_column(String(20))
    """What stands on the envelope, a word of rules.returns.ReturnReason."""
    shelf: Mapped[str] = mapped_column(String(20))
    """The place in the mailroom where the card lies."""
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was scanned at the returns desk."""
    received_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who scanned it."""
    received_by: Mapped[StaffMember] = relationship(foreign_keys=[received_by_id])
    keep_until: Mapped[date] = mapped_column(Date)
    """The last day on which the card lies there; after it the card is sealed."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was decided what becomes of the card."""
    outcome: Mapped[str] = mapped_column(String(10), default="")
    """How it ended, a word of rules.returns.Outcome; '' while it lies there."""


class ContactAttempt(Base):
    """One attempt to reach a resident about a parcel that came back."""

    __tablename__ = "contact_attempt"
    __table_args__ = (
        CheckConstraint(f"way IN ({','.join(repr(str(s)) for s in returns.Way)})", name="way"),
        CheckConstraint(f"result IN ({','.join(repr(str(s)) for s in returns.Reached)})", name="result"),
        Index(None, "parcel_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    parcel: Mapped[Parcel] = relationship(back_populates="attempts")
    made_on: Mapped[date] = mapped_column(Date)
    """The day of the attempt."""
    way: Mapped[str] = mapped_column(String(10))
    """A word of rules.returns.Way."""
    result: Mapped[str] = mapped_column(String(10))
    """A word of rules.returns.Reached."""
    note: Mapped[str] = mapped_column(String(200), default="")
    """What the resident said, in the words of whoever tried."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who tried."""
    made_by: Mapped[StaffMember] = relationship(foreign_keys=[made_by_id])
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was written down."""


class CarrierInquiry(Base):
    """One question to the carrier 查询 where a parcel is that should have arrived."""

    __tablename__ = "carrier_inquiry"
    __table_args__ = (CheckConstraint("answer IN ('','delivered','returned','lost')", name="answer"), Index(None, "parcel_id", "id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    parcel: Mapped[Parcel] = relationship(back_populates="inquiries")
    asked_on: Mapped[date] = mapped_column(Date)
    """The day on which the carrier was asked."""
    carrier_reference: Mapped[str] = mapped_column(String(40), default="")
    """What the carrier calls the question; '' where it gave no number."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who asked."""
    asked_by: Mapped[StaffMember] = relationship(foreign_keys=[asked_by_id])
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was written down."""
    answer: Mapped[str] = mapped_column(String(10), default="")
    """How it ended, a word of rules.returns.ANSWER_LABELS; '' while nobody knows."""
    answered_on: Mapped[date | None] = mapped_column(Date)
    """The day on which that became known."""
