"""A card from request to hand-over."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.applications.models import Application
from admin_app.cards import rules
from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.foundation.storage.models import StoredFile
from admin_app.residents.rules import CONFIRMED_LABELS
from admin_app.staff.models import StaffMember

_UNCOLLECTED = text("status = 'ready' AND delivery = 'collect' AND ready_at IS NOT NULL")
_IN_PLACE = text("replaces_id IS NOT NULL")
_TO_DESTROY = text("destruction_id IS NOT NULL")


class Destruction(Base):
    """Sealed cards that are destroyed together 销毁: one person asks, another one destroys them or refuses."""

    __tablename__ = "destruction"
    __table_args__ = (
        CheckConstraint("answer IN ('','destroy','refuse')", name="answer"),
        CheckConstraint("(answer = '') = (answered_by_id IS NULL)", name="answered_whole"),
        CheckConstraint("answer <> 'destroy' OR answered_by_id <> asked_by_id", name="two_people"),
        Index(None, "answer", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    """XH-26-1122-01: year, month and day, running number of the day."""
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    """The centre whose cards they are; NULL for cards of the whole office, which lie in the mailroom."""
    card_count: Mapped[int] = mapped_column(Integer)
    """Cards that it was asked for."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who asked for it."""
    asked_by: Mapped[StaffMember] = relationship(foreign_keys=[asked_by_id])
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was asked for."""
    answer: Mapped[str] = mapped_column(String(10), default="")
    """A word of rules.Answer; '' while it waits for a second person."""
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who destroyed the cards, or refused; NULL while it waits."""
    answered_by: Mapped[StaffMember | None] = relationship(foreign_keys=[answered_by_id])
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When; NULL while it waits."""


class Card(Base):
    """One physical card; a spoiled one is followed by a new one that points back. Status: its machine alone (cards/operations.py)."""

    __tablename__ = "card"
    __table_args__ = (
        CheckConstraint(f"status IN ({','.join(repr(str(s)) for s in rules.Status)})", name="status"),
        CheckConstraint("collector IN ('','resident','proxy')", name="collector"),
        CheckConstraint("fault IN ('','resident','maker','post','office')", name="fault"),
        CheckConstraint("cost_fen >= 0", name="cost"),
        CheckConstraint("authority IN ('','authorisation','guardianship')", name="authority"),
        Index(None, "status", "delivery", "id"),
        Index(None, "centre_id", "status", "delivery", "id"),
        Index(None, "application_id", "copy", unique=True),
        Index("ix_card_uncollected", "ready_at", "id", "centre_id", sqlite_where=_UNCOLLECTED, postgresql_where=_UNCOLLECTED),
        Index("ix_card_in_place", "requested_at", "id", sqlite_where=_IN_PLACE, postgresql_where=_IN_PLACE),
        Index("ix_card_destruction", "destruction_id", "id", sqlite_where=_TO_DESTROY, postgresql_where=_TO_DESTROY),
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
    fault: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """Of a card in the place of another one: because of whom it had to be made, a word of rules.Fault; '' of others, or not said."""
    cost_fen: Mapped[int | None] = mapped_column(Integer)
    """Of such a card: what making it costs, in fen (1/100 yuan); NULL where nobody said."""
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
    """Posted, handed over, spoiled, lost, sealed or destroyed: the last of them."""
    spoil_reason: Mapped[str] = mapped_column(String(200), default="")
    collected_by: Mapped[str] = mapped_column(String(50), default="")
    """The name of whoever collected it at the counter; '' where nobody did."""
    collector: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """Who that was, a word of rules.Collector; '' where nobody collected it, or before the office kept it."""
    collector_id_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The ID number of a proxy, encrypted for this row; NULL for the resident, whose number is known."""
    collector_id_masked: Mapped[str] = mapped_column(String(18), default="", server_default="")
    """The same number as screens and the slip show it."""
    collector_number_confirmed: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """What was unusual about the same number and was compared with the card, as for a resident's; '' where nothing was."""
    authority: Mapped[str] = mapped_column(String(15), default="", server_default="")
    """The document of a proxy that the clerk saw, a word of rules.Authority; '' for the resident."""
    authority_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    """The scan of that document; NULL where none is kept."""
    authority_file: Mapped[StoredFile | None] = relationship()
    authority_missing: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Why none was kept when the card was handed over; '' where one was, or before the office asked."""
    destruction_id: Mapped[int | None] = mapped_column(ForeignKey("destruction.id"))
    """Of a sealed card: the destruction that was asked for, or in which it was destroyed; NULL where nobody asked."""
    destruction: Mapped[Destruction | None] = relationship()
    handed_over_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """The staff member who handed it over; NULL where nobody did, or before the office kept it."""
    handed_over_by: Mapped[StaffMember | None] = relationship(foreign_keys=[handed_over_by_id])

    @property
    def collector_number_note(self) -> Any:
        """What is unusual about the number of a proxy and was compared with the card, in words; '' where nothing is."""
        return CONFIRMED_LABELS.get(self.collector_number_confirmed, "")
