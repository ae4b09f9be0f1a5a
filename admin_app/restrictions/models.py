"""A restriction of a resident's records: why, by whom, until when it is looked at again, and how it ended."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.foundation.sealed_text import SealedText, SealsTexts
from admin_app.residents.models import Resident
from admin_app.restrictions import rules
from admin_app.staff.models import StaffMember

OPEN = text("lifted_at IS NULL")


class Restriction(SealsTexts, Base):
    """While one is in force (`lifted_at` is NULL) the resident's records are kept and not used. Rows stay."""

    __tablename__ = "restriction"
    __table_args__ = (
        CheckConstraint(f"kind IN ({','.join(repr(str(one)) for one in rules.Kind)})", name="kind"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by_id IS NULL)", name="lifted_whole"),
        CheckConstraint("lifted_by_id IS NULL OR lifted_by_id <> made_by_id OR kind = 'dispute'", name="lifted_by_another"),
        Index(None, "resident_id", "id"),
        Index("uq_restriction_open_resident", "resident_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index(None, "made_at", "id"),
        Index("ix_restriction_open", "made_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    resident: Mapped[Resident] = relationship()
    kind: Mapped[str] = mapped_column(String(12))
    """A word of rules.Kind."""
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Why, in the words of whoever set it, encrypted for this row."""
    reason = SealedText()
    look_again_on: Mapped[date] = mapped_column(Date)
    """Day on which somebody asks whether it is still needed; nothing ends by itself on that day."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who set it."""
    made_by: Mapped[StaffMember] = relationship(foreign_keys=[made_by_id])
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was set."""
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who lifted it; NULL while it is in force."""
    lifted_by: Mapped[StaffMember | None] = relationship(foreign_keys=[lifted_by_id])
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When; NULL while it is in force."""
    lift_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Why it was lifted, encrypted for this row; NULL while it is in force."""
    lift_reason = SealedText()
