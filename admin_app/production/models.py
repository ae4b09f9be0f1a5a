"""Makers of cards, production batches, the cards in them, and what a maker answered."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.cards.models import Card
from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage.models import StoredFile
from admin_app.production import rules
from admin_app.staff.models import StaffMember


class CardMaker(Base):
    """Whoever makes cards for the office 制卡厂: what it gets is encrypted for its certificate."""

    __tablename__ = "card_maker"
    __table_args__ = (Index(None, "name_en", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    """Short name for records."""
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    certificate: Mapped[str] = mapped_column(Text)
    """X.509 in PEM with an RSA key: whoever has its private key opens the packages, and nobody else."""
    answer_days: Mapped[int] = mapped_column(Integer, default=10)
    """Working days after which an answer is late."""
    card_yuan: Mapped[int | None] = mapped_column(Integer)
    """What one card costs, in whole yuan; NULL where nobody entered it. Booked with a card that the maker made badly."""
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    """Switched off it gets no new batches."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class ProductionBatch(Base):
    """Cards that a maker is to make 制卡批次: which ones was fixed when it was opened."""

    __tablename__ = "production_batch"
    __table_args__ = (
        CheckConstraint(f"status IN ({','.join(repr(str(s)) for s in rules.Status)})", name="status"),
        Index(None, "status", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    """ZK-26-1122-01: year, month and day, running number of the day."""
    status: Mapped[str] = mapped_column(String(10))
    """A word of rules.Status."""
    maker_id: Mapped[int] = mapped_column(ForeignKey("card_maker.id"))
    maker: Mapped[CardMaker] = relationship()
    card_count: Mapped[int] = mapped_column(Integer)
    """Cards that were put in."""
    waiting_count: Mapped[int] = mapped_column(Integer)
    """Those that are neither left out nor answered."""
    created_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who opened it."""
    created_by: Mapped[StaffMember] = relationship(foreign_keys=[created_by_id])
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was opened."""
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    """Which job makes the package."""
    job: Mapped[Job | None] = relationship()
    package_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    """The encrypted package; NULL before it is made, and after the batch has ended: the hashes stay."""
    package: Mapped[StoredFile | None] = relationship()
    package_sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """Of the encrypted package, as the maker gets it; '' before it is made."""
    manifest_sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """Of the list of files inside, which has the hash of each of them; '' before it is made."""
    exported_count: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Cards in the package."""
    exported_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the package was made; NULL: there is none, or a card was left out since."""
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who said that the maker has it."""
    sent_by: Mapped[StaffMember | None] = relationship(foreign_keys=[sent_by_id])
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When that was said."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was closed or cancelled."""
    version: Mapped[int] = mapped_column(Integer, default=1)


class ProductionLine(Base):
    """One card in a batch. Card, place and key never change (triggers of the database); the outcome does, forward only."""

    __tablename__ = "production_line"
    __table_args__ = (
        CheckConstraint(f"outcome IN ({','.join(repr(str(s)) for s in rules.Outcome)})", name="outcome"),
        Index(None, "batch_id", "position", unique=True),
        Index(None, "card_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("production_batch.id"))
    batch: Mapped[ProductionBatch] = relationship()
    position: Mapped[int] = mapped_column(Integer)
    """Place in the batch, counted from 1."""
    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"))
    card: Mapped[Card] = relationship()
    key: Mapped[str] = mapped_column(String(12), unique=True)
    """What the maker calls the card by (rules.new_key)."""
    outcome: Mapped[str] = mapped_column(String(10))
    """A word of rules.Outcome."""
    why: Mapped[str] = mapped_column(String(15), default="", server_default="")
    """A word of rules.Why or rules.MakerFault; '' where nothing has to be said."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the outcome was known; NULL while it waits."""


class MakerAnswer(Base):
    """A file in which the maker says which serial each card has. The same file twice is one answer."""

    __tablename__ = "maker_answer"
    __table_args__ = (Index(None, "batch_id", "sha256", unique=True),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    batch_id: Mapped[int] = mapped_column(ForeignKey("production_batch.id"))
    batch: Mapped[ProductionBatch] = relationship()
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the file."""
    kind: Mapped[str] = mapped_column(String(8))
    """'csv' or 'xlsx'."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    """NULL once the batch has ended."""
    file: Mapped[StoredFile | None] = relationship()
    row_count: Mapped[int] = mapped_column(Integer)
    """Rows below the headings."""
    handed_in_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who handed it in, last of all."""
    handed_in_by: Mapped[StaffMember] = relationship(foreign_keys=[handed_in_by_id])
    handed_in_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When somebody handed it in, last of all."""
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who said that its good rows are taken."""
    confirmed_by: Mapped[StaffMember | None] = relationship(foreign_keys=[confirmed_by_id])
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When that was said; NULL: nothing of it is taken yet."""
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Why it is taken although counts differ, by somebody else than who handed it in; '' where they agree."""
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    """Which job takes the rows."""
    job: Mapped[Job | None] = relationship()
    taken_count: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Rows that were taken."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the job had taken them, or somebody put the file aside."""
