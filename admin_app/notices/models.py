"""Notices: what was said to a resident, by which way, and what became of it."""

import json
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.centres.models import Centre
from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.foundation.sealed_text import SealedText, SealsTexts
from admin_app.notices import rules
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember

TRIED = text("tried_at IS NOT NULL")


class Instead(NamedTuple):
    """The letter that is written where a message fails."""

    recipient: str
    words: str


class Notice(SealsTexts, Base):
    """One thing said to a resident 通知, by one way. Status: its machine alone (operations.py). What it says never changes."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(f"kind IN ({','.join(repr(str(one)) for one in rules.Kind)})", name="kind"),
        CheckConstraint(f"channel IN ({','.join(repr(str(one)) for one in rules.Channel)})", name="channel"),
        CheckConstraint(f"status IN ({','.join(repr(str(one)) for one in rules.Status)})", name="status"),
        Index(None, "channel", "status", "id"),
        Index(None, "centre_id", "channel", "status", "id"),
        Index(None, "case_ref", "id"),
        Index(None, "resident_id", "id"),
        Index("ix_notice_tried_at", "tried_at", sqlite_where=TRIED, postgresql_where=TRIED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    """Kind, what it is about, way: the same thing is said once by each way."""
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    resident: Mapped[Resident] = relationship()
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    """The centre of the case: whoever works for one centre sees the notices of that one."""
    centre: Mapped[Centre] = relationship()
    case_ref: Mapped[str] = mapped_column(String(32))
    """Public id of the case; its room lies above this one."""
    reference: Mapped[str] = mapped_column(String(20))
    """What people call the case."""
    kind: Mapped[str] = mapped_column(String(12))
    """A word of rules.Kind."""
    channel: Mapped[str] = mapped_column(String(10))
    """By which way, a word of rules.Channel."""
    language: Mapped[str] = mapped_column(String(2))
    """In which it is written."""
    template: Mapped[str] = mapped_column(String(30))
    """The file that its sentences came from (rules/texts)."""
    template_version: Mapped[int] = mapped_column(Integer)
    """The version of that file then."""
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The sentences as they were said (rules.Words.text), encrypted for this row; NULL where they were erased."""
    words = SealedText()
    recipient_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """To whom it goes: an address, a line a row (rules.Recipient.lines), or a number; encrypted for this row; NULL where it was erased."""
    recipient = SealedText()
    status: Mapped[str] = mapped_column(String(10))
    """A word of rules.Status."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was written."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was printed, withdrawn or sent, or failed; NULL while it waits."""
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who printed it; NULL where nobody has."""
    printed_by: Mapped[StaffMember | None] = relationship(foreign_keys=[printed_by_id])
    instead_text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Of a message that goes alone: the letter to be written if it fails (JSON: recipient, words), encrypted for this row; else NULL."""
    instead_text = SealedText()
    tries: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """How often a message was handed over; 0 for a letter."""
    tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was handed over last; NULL for a letter."""
    error: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Why a message was not sent, or nobody knows, a word of rules.ERRORS; '' where neither."""

    @property
    def instead(self) -> Instead | None:
        """The letter to be written in place of the message; None where one was written besides, or it was erased."""
        return Instead(**json.loads(self.instead_text)) if self.instead_text else None

    @instead.setter
    def instead(self, letter: Instead | None) -> None:
        self.instead_text = json.dumps(letter._asdict(), ensure_ascii=False) if letter else ""
