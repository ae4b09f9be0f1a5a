"""A person: encrypted identity, names to search by, addresses."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.foundation import crypto
from admin_app.foundation.database import Base, Id, Key, UTCDateTime, new_public_id
from admin_app.foundation.sealed_text import SealedText, SealsTexts
from admin_app.residents import rules
from admin_app.staff.models import StaffMember

RESTRICTED_SQLITE, RESTRICTED_POSTGRESQL = text("is_restricted = 1"), text("is_restricted")
WATCHED_SQLITE, WATCHED_POSTGRESQL = text("is_watched = 1"), text("is_watched")


class Resident(SealsTexts, Base):
    """A resident 参保人. ID number (with day of birth and sex), phone and address are stored encrypted.

    Numbers are found by blind index and shown masked.
    """

    __tablename__ = "resident"
    __table_args__ = (
        CheckConstraint("language IN ('','zh','en')", name="language"),
        Index("ix_resident_watched", "id", sqlite_where=WATCHED_SQLITE, postgresql_where=WATCHED_POSTGRESQL),
        Index("ix_resident_restricted", "id", sqlite_where=RESTRICTED_SQLITE, postgresql_where=RESTRICTED_POSTGRESQL),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(50))
    name_latin: Mapped[str] = mapped_column(String(120), default="")
    """Typed, or written from the pinyin; '' where a reading is not known."""
    id_number_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Encrypted for this row (foundation/crypto.py)."""
    id_number_index: Mapped[str] = mapped_column(String(32), unique=True)
    """Keyed hash of the number: finds the row without telling the number."""
    id_number_masked: Mapped[str] = mapped_column(String(18))
    """The last four digits, as screens show it."""
    number_confirmed: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """What was unusual about the number and was compared with the card, words of rules.Doubt with a blank between; '' where nothing was."""
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Encrypted for this row; NULL if none is known."""
    phone_index: Mapped[str | None] = mapped_column(String(32), index=True)
    """Keyed hash of the number; NULL if none is known."""
    phone_masked: Mapped[str] = mapped_column(String(20), default="")
    """The last digits, as screens and labels show it."""
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Encrypted for this row; NULL if none is known. Nobody is looked for by it."""
    email = SealedText()
    email_masked: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """The first character and the domain, as screens show it."""
    language: Mapped[str] = mapped_column(String(2), default="", server_default="")
    """In which the office writes to this person, as they said: 'zh' or 'en'; '' where nobody asked: then their name says it."""
    postcode_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Encrypted for this row; NULL if none is known."""
    postcode = SealedText()
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Encrypted for this row; NULL if none is known."""
    address = SealedText()
    address_changed_on: Mapped[date | None] = mapped_column(Date)
    """Day on which an address that the office knew was last changed or taken away; NULL: never since the office keeps this."""
    is_fictitious: Mapped[bool] = mapped_column(default=False)
    """Made by the demo: shown on screen."""
    is_watched: Mapped[bool] = mapped_column(default=False)
    """Every look at this person's data raises an alarm; a supervisor says so, and those who look are not told."""
    is_restricted: Mapped[bool] = mapped_column(default=False)
    """The records are kept and not used; written by the room of restrictions alone."""
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Since when the data are erased, or being erased by a job; written by the room of erasures alone. NULL for everybody else."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When the office met this person first."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    names: Mapped[list["ResidentName"]] = relationship(back_populates="resident", cascade="all, delete-orphan")

    def seal_id_number(self, number: str) -> None:
        """Store the (valid, normalised) ID number: encrypted for this row, with blind index. Needs public_id."""
        self.id_number_sealed = crypto.encrypt_text(number, context=f"resident|id_number|{self.public_id}")
        self.id_number_index = crypto.keyring().blind_index("id_number", number)

    def open_id_number(self) -> str:
        """The full ID number; only operations.reveal_id_number, which writes the audit entry first, may show it to anybody."""
        return opened(self.id_number_sealed, self.public_id)

    @property
    def birth_on(self) -> date:
        """The day of birth, for the rules that ask an age to the day; pages show birth_month."""
        return rules.birth_in(self.open_id_number())

    @property
    def birth_month(self) -> str:
        """1987-04, to tell people of one name apart."""
        return rules.birth_month(self.birth_on)

    @property
    def sex(self) -> rules.Sex:
        """As the ID number says it."""
        return rules.sex_in(self.open_id_number())

    def seal_phone(self, phone: str) -> None:
        """Store the phone number encrypted, with blind index; '' clears it."""
        self.phone_sealed = crypto.encrypt_text(phone, context=f"resident|phone|{self.public_id}") if phone else None
        self.phone_index = crypto.keyring().blind_index("phone", phone) if phone else None

    def keep_email(self, address: str) -> None:
        """Store the e-mail address encrypted, with what screens show of it; '' clears both."""
        self.email, self.email_masked = address, rules.mask_email(address)

    def open_phone(self) -> str:
        """The full phone number, for the label of a parcel or a call that is logged."""
        return crypto.decrypt_text(self.phone_sealed, context=f"resident|phone|{self.public_id}") if self.phone_sealed else ""


def opened(id_number_sealed: bytes, public_id: str) -> str:
    """The full ID number in the column of the resident `public_id`."""
    return crypto.decrypt_text(id_number_sealed, context=f"resident|id_number|{public_id}")


class Call(Base):
    """A call to a resident and how it ended."""

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint(f"outcome IN ({','.join(repr(str(one)) for one in rules.Outcome)})", name="outcome"),
        Index(None, "resident_id", "id"),
        Index(None, "about_ref", "id"),
        Index(None, "made_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    about_ref: Mapped[str] = mapped_column(String(32), default="")
    """Public id of the loss report that it was about; '' where it was about none."""
    outcome: Mapped[str] = mapped_column(String(20))
    """A word of rules.Outcome."""
    note: Mapped[str] = mapped_column(String(rules.NOTE_LENGTH), default="")
    """What the resident said, in the words of whoever called."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who called."""
    made_by: Mapped[StaffMember] = relationship(foreign_keys=[made_by_id])
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When the outcome was written down."""


class ResidentCorrection(SealsTexts, Base):
    """What was known about a resident before somebody corrected it or brought it up to date, and after. Rows are never changed."""

    __tablename__ = "resident_correction"
    __table_args__ = (
        CheckConstraint(f"field IN ({','.join(map(repr, rules.CORRECTED))})", name="field"),
        Index(None, "resident_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    field: Mapped[str] = mapped_column(String(12))
    """Which fact, a word of rules.CORRECTED."""
    before_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What was known, encrypted for this row."""
    before = SealedText()
    after_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What was written in its place, encrypted for this row; NULL if it was taken away."""
    after = SealedText()
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Why, in the words of whoever did it, encrypted for this row; NULL where none is asked for."""
    reason = SealedText()
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """The staff member who did it; NULL where somebody else did."""
    made_by: Mapped[StaffMember | None] = relationship(foreign_keys=[made_by_id])
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was written."""


class ResidentName(Base):
    """One way to find a resident by name: the name itself, its pinyin, the initials; lower case, no spaces."""

    __tablename__ = "resident_name"
    __table_args__ = (Index(None, "key", "resident_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(Key)
    resident: Mapped[Resident] = relationship(back_populates="names")
