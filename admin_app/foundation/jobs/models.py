"""A long piece of work: what to do, how far it is, how it ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation import clock
from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"


class Job(Base):
    """One row a job; arguments are ids only, never personal data."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("status IN ('queued','running','done','failed')", name="status"),
        Index(None, "status", "due_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(80))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Keyword arguments of the handler."""
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    """The same key is the same work: a second enqueue() returns the first row."""
    status: Mapped[str] = mapped_column(String(10), default=QUEUED)
    """'queued', 'running', 'done' or 'failed'."""
    done_steps: Mapped[int] = mapped_column(Integer, default=0)
    """How far the handler has come, in its own steps."""
    total_steps: Mapped[int] = mapped_column(Integer, default=0)
    """How many steps there are; 0 while nobody knows."""
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What the handler returned."""
    error: Mapped[str | None] = mapped_column(Text)
    """A sentence or code for staff; never a traceback, never personal data."""
    error_details: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Facts about the error for the page that shows it."""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    """How often a worker took it."""
    created_by_kind: Mapped[str | None] = mapped_column(String(10))
    """Which table created_by_id belongs to (foundation/actor.py)."""
    created_by_id: Mapped[int | None] = mapped_column(Id)
    """Who asked for it; None: nobody, or the office itself."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was asked for."""
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    """No worker takes it before this moment, and the longest due come first; after an unexpected error it is moved on."""
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a worker took it last."""
    heartbeat_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When its worker last said that it lives."""
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was done or failed."""
