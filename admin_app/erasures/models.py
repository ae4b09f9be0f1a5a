"""That somebody asked for the erasure of a resident's data, what a second person said, and how it ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.erasures import rules
from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.foundation.jobs.models import Job
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember

OPEN = text("ended_at IS NULL")


class Erasure(Base):
    """One request to erase the data of a resident; at most one of a resident is open. Rows stay: they hold codes and counts alone."""

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint(f"why IN ({','.join(repr(str(one)) for one in rules.Why)})", name="why"),
        CheckConstraint(f"answer IN ({','.join(repr(str(one)) for one in rules.Answer)})", name="answer"),
        CheckConstraint("(answer IS NULL) = (answered_by_id IS NULL)", name="answered_whole"),
        CheckConstraint("answered_by_id IS NULL OR answered_by_id <> asked_by_id OR answer = 'refuse'", name="answered_by_another"),
        CheckConstraint("ended_at IS NULL OR answer IS NOT NULL", name="ended_answered"),
        Index(None, "resident_id", "id"),
        Index("uq_erasure_open_resident", "resident_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index(None, "asked_at", "id"),
        Index("ix_erasure_open", "asked_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    resident: Mapped[Resident] = relationship()
    why: Mapped[str] = mapped_column(String(12))
    """A word of rules.Why."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who asked for it."""
    asked_by: Mapped[StaffMember] = relationship(foreign_keys=[asked_by_id])
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was asked for."""
    answer: Mapped[str | None] = mapped_column(String(10))
    """A word of rules.Answer; NULL while it waits for a second person."""
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who carried it out or refused it; NULL while it waits."""
    answered_by: Mapped[StaffMember | None] = relationship(foreign_keys=[answered_by_id])
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When; NULL while it waits."""
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    """The job that erases; NULL where nothing is erased."""
    job: Mapped[Job | None] = relationship()
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Step of the job that is done -> how many rows or files it was about."""
    objects: Mapped[dict[str, bool]] = mapped_column(JSON, default=dict)
    """SHA-256 of objects in the store that are still to be deleted -> whether the desk made them itself; empty as soon as they are."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was refused or complete; NULL while it waits or is at work."""

    @property
    def state(self) -> str:
        """A word of rules.STATE_LABELS."""
        if self.answer is None:
            return "waiting"
        if self.answer == rules.Answer.REFUSE:
            return "refused"
        return "done" if self.ended_at else "at_work"
