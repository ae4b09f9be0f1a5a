"""A window of some seconds in which what was done can be taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id


class UndoWindow(Base):
    """One row for each thing that was done and can be, or could be, taken back. It holds codes, ids and times, nothing about a person."""

    __tablename__ = "undo_window"
    __table_args__ = (Index(None, "subject_kind", "subject_id", "version"), Index(None, "closes_at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    action: Mapped[str] = mapped_column(String(60))
    """What was done, as the log calls it."""
    subject_kind: Mapped[str] = mapped_column(String(20))
    """The table of the row that it was done to."""
    subject_id: Mapped[int] = mapped_column(Id)
    """The row."""
    subject_ref: Mapped[str] = mapped_column(String(40))
    """What the row is called on screens."""
    version: Mapped[int] = mapped_column(Integer)
    """Of the row after it was done: as long as the row has it, nobody has done anything else to it."""
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the row held before, as far as taking back needs it: codes, ids, times."""
    staff_id: Mapped[int] = mapped_column(Id)
    """Who did it; nobody else takes it back."""
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was done."""
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """From then on it stands, and what follows it happens."""
    taken_back_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was taken back; NULL: it was not."""
