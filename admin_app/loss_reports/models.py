"""A loss report with its clock and its proof."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.centres.models import Centre
from admin_app.foundation import filing
from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.foundation.storage.models import StoredFile
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember

ENDED, IN_FORCE = text("ended_at IS NOT NULL"), text("status = 'formal' AND ended_at IS NULL")


class LossReport(Base):
    """A report that a card is lost or stolen. Status is written by its machine (loss_reports/operations.py) alone."""

    __tablename__ = "loss_report"
    __table_args__ = (
        CheckConstraint("status IN ('provisional','formal','lifted','lapsed')", name="status"),
        *filing.checks("taken_by_id"),
        *filing.level_checks(),
        Index(None, "status", "lapses_at", "id"),
        Index(None, "resident_id", "status"),
        Index(None, "centre_id", "status", "lapses_at", "id"),
        # Newest first, of the office and of each centre: what is over, and what is in force.
        Index("ix_loss_report_ended", "id", sqlite_where=ENDED, postgresql_where=ENDED),
        Index("ix_loss_report_ended_centre", "centre_id", "id", sqlite_where=ENDED, postgresql_where=ENDED),
        Index("ix_loss_report_in_force", "id", sqlite_where=IN_FORCE, postgresql_where=IN_FORCE),
        Index("ix_loss_report_in_force_centre", "centre_id", "id", sqlite_where=IN_FORCE, postgresql_where=IN_FORCE),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    """GS-26-0000123"""
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    resident: Mapped[Resident] = relationship()
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    centre: Mapped[Centre] = relationship()
    channel: Mapped[str] = mapped_column(String(10))
    """How it was reported, a word of rules.Channel."""
    status: Mapped[str] = mapped_column(String(12))
    """A word of rules.Status."""
    was_stolen: Mapped[bool] = mapped_column(default=False)
    """As the resident says; else lost."""
    circumstances: Mapped[str] = mapped_column(String(500), default="")
    card_serial: Mapped[str] = mapped_column(String(20), default="")
    bank_side_reported: Mapped[bool] = mapped_column(default=False)
    """The bank function of the card may need a report of its own."""
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """The staff member who took it; NULL where somebody else filed it, so compare with foundation/actor.py."""
    taken_by: Mapped[StaffMember | None] = relationship(foreign_keys=[taken_by_id])
    filed_by_kind: Mapped[str | None] = mapped_column(String(10))
    """'resident' or 'client' where no staff member did it (foundation/filing.py); NULL for staff."""
    filed_by_id: Mapped[int | None] = mapped_column(Id)
    """The id of that resident or client: ids of different kinds may be the same number."""
    identity_level: Mapped[int | None] = mapped_column(Integer)
    """How sure the office was of that outsider, a number of foundation/filing.py, Level; NULL for staff."""
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When; the clock of a provisional report starts here."""
    lapses_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Only a provisional report has one."""
    formal_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it became formal; NULL while it is not."""
    formal_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """The staff member who made it formal or took it as a formal one; NULL while it is not, or where no staff member did."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was lifted or lapsed; NULL while it holds."""
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    proof: Mapped[StoredFile | None] = relationship()
    version: Mapped[int] = mapped_column(Integer, default=1)
