"""A card from request to hand-over."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.applications.models import Application
from admin_app.cards import rules
from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id


class Card(Base):
    """One physical card; a spoiled one is followed by a new one that points back. Status: its machine alone (cards/operations.py)."""

    __tablename__ = "card"
    __table_args__ = (
        CheckConstraint(f"status IN ({','.join(repr(str(s)) for s in rules.Status)})", name="status"),
        Index(None, "status", "delivery", "id"),
        Index(None, "centre_id", "status", "delivery", "id"),
        Index(None, "application_id", "copy", unique=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    application: Mapped[Application] = relationship()
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    """The centre of the application, so that a counter's lists are ranges of one index; a trigger lets it follow (migration 0008)."""
    copy: Mapped[int] = mapped_column(Integer, default=1)
    """1 for the first card of the application, 2 after a spoiled one …: asking twice for the same copy is refused by the index."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("card.id"))
    serial: Mapped[str | None] = mapped_column(String(20), unique=True)
    delivery: Mapped[str] = mapped_column(String(10))
    """As the application said when the card was asked for."""
    status: Mapped[str] = mapped_column(String(15))
    """A word of rules.Status."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was asked for, right after the approval."""
    made_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the serial was entered."""
    ready_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was found fit to leave."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Posted, handed over or spoiled."""
    spoil_reason: Mapped[str] = mapped_column(String(200), default="")
    collected_by: Mapped[str] = mapped_column(String(50), default="")
