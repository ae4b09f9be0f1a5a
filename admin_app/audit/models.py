"""One line an action: who did what to which record, when and from where; never changed, never removed. And the seals below it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, Date, FetchedValue, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.audit import rules
from admin_app.foundation import crypto, person_keys
from admin_app.foundation.database import Base, Id, UTCDateTime, db

REFUSED = text("outcome = 'refused'")
PERSON, NO_PERSON = text("actor_id IS NOT NULL"), text("actor_id IS NULL")


class AuditEntry(Base):
    """No foreign keys upward: an entry stays readable after the person or record is gone.

    Triggers refuse UPDATE and DELETE, number and date the entries, and ask whether a staff member who is said to have acted exists.
    """

    __tablename__ = "audit_entry"
    __mapper_args__: ClassVar[dict[str, Any]] = {"eager_defaults": False}
    __table_args__ = (
        Index(None, "case_ref", "id"),
        CheckConstraint("actor_kind IN ('staff','resident','client','system')", name="actor_kind"),
        Index(None, "subject_ref", "at", "id"),
        # One for each thing that the log's page asks for, newest first within it (ADR 0020): nothing, an action, a person, both,
        # the office itself, the same of one action. A kind of record is a few actions.
        Index(None, "at", "id"),
        Index(None, "action", "at", "id"),
        Index("ix_audit_entry_person", "actor_id", "at", "id", sqlite_where=PERSON, postgresql_where=PERSON),
        Index("ix_audit_entry_person_action", "actor_id", "action", "at", "id", sqlite_where=PERSON, postgresql_where=PERSON),
        Index("ix_audit_entry_no_person", "at", "id", sqlite_where=NO_PERSON, postgresql_where=NO_PERSON),
        Index("ix_audit_entry_no_person_action", "action", "at", "id", sqlite_where=NO_PERSON, postgresql_where=NO_PERSON),
        # Few of millions are refusals; the auditor's page asks for the latest of them (queries name the value as a literal).
        Index("ix_audit_entry_refused", "at", "id", sqlite_where=REFUSED, postgresql_where=REFUSED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it happened, by the clock of the machine on which it did; the demo tells of days before it was loaded."""
    written_at: Mapped[datetime | None] = mapped_column(UTCDateTime, FetchedValue())
    """When the database wrote it, by the database's clock; NULL for entries that are older than this column."""
    actor_kind: Mapped[str] = mapped_column(String(10))
    """Which table actor_id belongs to (foundation/actor.py): ids of staff, accounts and clients overlap."""
    actor_id: Mapped[int | None] = mapped_column(Id)
    """None: the office itself (a job, the clock)."""
    actor_name: Mapped[str] = mapped_column(String(130))
    actor_role: Mapped[str] = mapped_column(String(20))
    """The role that the person held at that moment; '' for the system."""
    action: Mapped[str] = mapped_column(String(60))
    """'<room>.<verb in the past>', e.g. 'applications.approved'; the full list is audit/rules/words.py."""
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_ref: Mapped[str] = mapped_column(String(64))
    """Public id or reference of the record; never personal data."""
    case_ref: Mapped[str | None] = mapped_column(String(32))
    """Public id of the application whose timeline shows this entry."""
    outcome: Mapped[str] = mapped_column(String(10), default="done")
    """'done' or 'refused'."""
    reason_stored: Mapped[str | None] = mapped_column("reason", String(500).with_variant(String(3000), "postgresql"))
    """What the person gave as the reason, sealed under the key of whom it is about (ADR 0049); NULL where none is asked for."""
    changes_stored: Mapped[dict[str, Any]] = mapped_column("changes", JSON, default=dict)
    """Before/after or facts, masked: no ID numbers, no phones, no addresses; what identifies a resident is sealed as the reason is."""
    origin: Mapped[str | None] = mapped_column(String(45))
    """IP address of the browser, 'job' or 'command line'."""
    request_id: Mapped[str | None] = mapped_column(String(32))

    @property
    def reason(self) -> Any:
        """The reason in words; rules.ERASED once the key of whom it is about is deleted."""
        return self._opened("reason", self.reason_stored)

    @reason.setter
    def reason(self, text: str | None) -> None:
        self.reason_stored = text

    @property
    def changes(self) -> dict[str, Any]:
        """The facts, opened as the reason is."""
        return {name: self._opened(name, value) for name, value in (self.changes_stored or {}).items()}

    @changes.setter
    def changes(self, facts: dict[str, Any]) -> None:
        self.changes_stored = facts

    def fact(self, name: str) -> Any:
        """One of the facts; None where there is none. The others stay closed."""
        return self._opened(name, (self.changes_stored or {}).get(name))

    def seal(self, person: int, names: frozenset[str]) -> None:
        """Seal the reason, and the facts called `names`, under the key of that resident; before the entry is written."""
        if self.reason_stored:
            self.reason_stored = self._sealed("reason", self.reason_stored, person)
        facts = self.changes_stored.items()
        self.changes_stored = {name: self._sealed(name, value, person) if name in names else value for name, value in facts}

    def people(self) -> Iterator[int]:
        """Whose keys its sealed values need."""
        found = map(person_keys.person_of, [self.reason_stored, *(self.changes_stored or {}).values()])
        return (person for person in found if person is not None)

    def _sealed(self, name: str, value: Any, person: int) -> str:
        return person_keys.seal(value, person=person, context=self._context(name))

    def _opened(self, name: str, value: Any) -> Any:
        if person_keys.person_of(value) is None:
            return value
        try:
            return person_keys.opened(value, context=self._context(name), beside=_people_of_the_page())
        except person_keys.Erased:
            return rules.ERASED
        except crypto.Undecipherable:
            return value  # somebody typed what looks like it, or changed the row: a check of the log says which

    def _context(self, name: str) -> str:
        return f"audit_entry|{name}|{self.action}|{self.subject_ref}"


def _people_of_the_page() -> Iterator[int]:
    """Everybody whose entries were read together with one: their keys come in one statement."""
    for row in db.session().identity_map.values():
        if isinstance(row, AuditEntry) and not db.inspect(row).expired:
            yield from row.people()


class ReadNote(Base):
    """Who looked at whose data: one line a person who looks, day, way of looking and record, with a count (ADR 0029).

    Once a seal covers a line, triggers refuse to change or remove it.
    """

    __tablename__ = "read_note"
    __table_args__ = (
        CheckConstraint("actor_kind IN ('staff','resident','client','system')", name="actor_kind"),
        UniqueConstraint("actor_kind", "actor_id", "day", "act", "subject_ref", "resident_ref", name="uq_read_note_line"),
        # Who saw a person, whom a person saw, everything: each the newest first.
        Index(None, "resident_ref", "last_at", "id"),
        Index(None, "actor_id", "last_at", "id"),
        Index(None, "last_at", "id"),
        # A way of looking, of everybody and of one person; of a resident the ways are picked out of what the first index finds.
        Index(None, "act", "last_at", "id"),
        Index(None, "actor_id", "act", "last_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    """On the office's clock."""
    actor_kind: Mapped[str] = mapped_column(String(10))
    """Which table actor_id belongs to (foundation/actor.py)."""
    actor_id: Mapped[int] = mapped_column(Id)
    """Who looked; the id says who only together with the kind."""
    actor_name: Mapped[str] = mapped_column(String(130))
    actor_role: Mapped[str] = mapped_column(String(20))
    """The role that the person held then."""
    act: Mapped[str] = mapped_column(String(20))
    """What was looked at or tried, a word of rules.READINGS."""
    subject_ref: Mapped[str] = mapped_column(String(64))
    """Reference or public id of the record; of a refusal the page that was asked for."""
    resident_ref: Mapped[str] = mapped_column(String(32))
    """Public id of the resident whose data it was; '' where a refusal showed nobody's."""
    times: Mapped[int] = mapped_column(Integer, default=1)
    """How often on that day."""
    first_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """The first time on that day."""
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """The last time on that day."""
    origin: Mapped[str | None] = mapped_column(String(45))
    """IP address of the browser the last time."""


class Link:
    """A link of a chain of seals (foundation/seals); only the newest can be followed, and triggers refuse any change."""

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    form: Mapped[int] = mapped_column(Integer)
    """Which columns of an entry are hashed, and how (foundation/seals/links.py)."""
    first_entry: Mapped[int] = mapped_column(Id)
    """The number of its first entry."""
    last_entry: Mapped[int] = mapped_column(Id)
    """The number of its last one; it covers all that there are behind the last one of the seal before."""
    entry_count: Mapped[int] = mapped_column(Integer)
    """How many those are: numbers may be left out, where a transaction was rolled back."""
    entries_so_far: Mapped[int] = mapped_column(Id)
    """How many entries this seal and all before it cover."""
    root: Mapped[str] = mapped_column(String(64))
    """SHA-256 over the entries."""
    marks: Mapped[bytes] = mapped_column(LargeBinary)
    """Sixteen bytes an entry, by which the one that is not as it was is found."""
    marks_root: Mapped[str] = mapped_column(String(64))
    """SHA-256 over the marks."""
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    """The hash of the seal before, 64 zeros for the first one: two seals cannot follow the same one."""
    sealed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When, by the clock of the machine that sealed."""
    key_id: Mapped[str] = mapped_column(String(40))
    """Which of the data keys the code was made from."""
    hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 over all of the above but the marks themselves."""
    mac: Mapped[str] = mapped_column(String(64))
    """HMAC-SHA-256 of the hash with a key derived from that data key: nobody makes one who has the database alone."""


class AuditSeal(Link, Base):
    """A link of the chain over the entries of the log."""

    __tablename__ = "audit_seal"


class ReadSeal(Link, Base):
    """A link of the chain over the notes about who looked: of days that are over, whose lines do not change any more."""

    __tablename__ = "read_seal"
