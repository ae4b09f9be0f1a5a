"""A resident's online account 网办账户, the codes they ask for, and their sessions."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.residents.models import Resident


class Account(Base):
    """Opened by the first sign-in; one of each resident."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), unique=True)
    resident: Mapped[Resident] = relationship()
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When the resident signed in for the first time."""
    last_in_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When they signed in last."""


class CodeRequest(Base):
    """A code that somebody asked for with an ID number and a name, of a resident or of nobody: both look the same until a job looks."""

    __tablename__ = "code_request"
    __table_args__ = (
        CheckConstraint("tries BETWEEN 0 AND 5", name="tries"),
        Index(None, "pair_key", "asked_at"),
        Index(None, "address_key", "asked_at"),
        Index(None, "phone_key", "sent_at"),
        Index(None, "resident_id", "asked_at"),
        Index(None, "sent_at"),
        Index(None, "asked_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    """What the browser that asked holds: a code counts there alone."""
    language: Mapped[str] = mapped_column(String(2))
    """In which the message is written."""
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When; the budgets count from here."""
    number_keys: Mapped[list[str]] = mapped_column(JSON)
    """Keyed hashes of the ID number, one of each index key: the number itself is not kept."""
    name_keys: Mapped[list[str]] = mapped_column(JSON)
    """The same of the name."""
    pair_key: Mapped[str] = mapped_column(String(32))
    """Keyed hash of number and name: what one person asks for has a budget."""
    address_key: Mapped[str] = mapped_column(String(32))
    """Keyed hash of the network address."""
    tries: Mapped[int] = mapped_column(Integer, default=0)
    """Codes typed so far, at most rules.TRIES."""
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"))
    """Whom the code was made for; NULL: nobody (yet)."""
    resident: Mapped[Resident | None] = relationship()
    phone_key: Mapped[str | None] = mapped_column(String(32))
    """Keyed hash of the phone that it left for; NULL: for none."""
    code_key: Mapped[str | None] = mapped_column(String(32))
    """Keyed hash of the code; NULL where there is none. The code itself is in the message alone."""
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the message left; NULL: it did not (yet)."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the code was used, typed wrong too often, or replaced by a newer one; NULL: none of it."""


class ResidentSession(Base):
    """A browser in which a resident is signed in. The cookie holds a random key; only its hash is here."""

    __tablename__ = "resident_session"
    __table_args__ = (CheckConstraint("level IN (2,3)", name="level"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    level: Mapped[int] = mapped_column(Integer)
    """How sure the office is of who it is, a number of foundation/filing.py, Level."""
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it began; it ends some hours later, whatever happens."""
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    """When it was last used, to the minute; idle ones end."""
