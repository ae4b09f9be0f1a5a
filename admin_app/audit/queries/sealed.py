"""Log and notes as they are sealed: each column as the database holds it. The ORM reads a changed row in its own way, or not at all."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult
from sqlalchemy.exc import OperationalError

from admin_app.foundation.database import db
from admin_app.foundation.seals.check import Row
from admin_app.foundation.seals.links import Seal
from admin_app.foundation.sqlite_file import driver

ENTRY = (
    "id", "at", "written_at", "actor_kind", "actor_id", "actor_name", "actor_role", "action", "subject_type", "subject_ref", "case_ref",
    "outcome", "reason", "changes", "origin", "request_id",
)  # fmt: skip
"""Form 1: every column, in this order. Another column is another form."""
NOTE = (
    "id", "day", "actor_kind", "actor_id", "actor_name", "actor_role", "act", "subject_ref", "resident_ref", "times", "first_at", "last_at",
    "origin",
)  # fmt: skip
"""The same of the notes about who looked."""
SEAL = (
    "id", "form", "first_entry", "last_entry", "entry_count", "entries_so_far", "root", "marks_root", "previous", "sealed_at", "key_id",
    "hash", "mac",
)  # fmt: skip
_MOMENTS, _TEXTS = {"at", "written_at", "sealed_at", "first_at", "last_at"}, {"changes", "day"}
_ROWS_READ, _SEALS_READ = 2_000, 1_000
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1


class Chain(NamedTuple):
    """What is sealed, and where its seals are; names of ours, never what somebody typed."""

    table: str
    columns: tuple[str, ...]
    seals: str


LOG = Chain("audit_entry", ENTRY, "audit_seal")
NOTES = Chain("read_note", NOTE, "read_seal")


class Horizon(NamedTuple):
    """The newest entry that was seen, and a transaction that began after all that may still write an older one."""

    last_entry: int
    transaction: int


def horizon(chain: Chain = LOG) -> Horizon:
    """Up to where there are entries at this moment. On PostgreSQL those with smaller numbers may still come: see is_past()."""
    if db.engine.dialect.name == "sqlite":
        return Horizon(_ask(f"SELECT coalesce(max(id), 0) FROM {chain.table}")[0][0], 0)  # noqa: S608  # names of ours
    # Whoever holds a smaller number than one that is seen had a transaction id before (migration 0013); ours is given out now.
    return Horizon(*_ask(f"SELECT coalesce(max(id), 0), pg_current_xact_id()::text::bigint FROM {chain.table}")[0])  # noqa: S608


def is_all_sealed(chain: Chain = LOG) -> bool:
    """Whether no entry is seen behind the newest seal."""
    newest = newest_seal(chain)
    return not entries_after(newest.last_entry if newest else None, last=_HIGHEST, limit=1, chain=chain)


def last_note_before(day: date) -> int | None:
    """The greatest number below which every note that is not sealed yet is of a day before `day`; None: there is none."""
    newest = newest_seal(NOTES)
    after = newest.last_entry if newest else _LOWEST
    first = _ask("SELECT day FROM read_note WHERE id > %s ORDER BY id LIMIT 1", after)
    if not first or str(first[0][0]) >= day.isoformat():
        return None
    later = _ask("SELECT id FROM read_note WHERE id > %s AND day >= %s ORDER BY id LIMIT 1", after, day.isoformat())
    return later[0][0] - 1 if later else horizon(NOTES).last_entry


def is_past(ahead: Horizon) -> bool:
    """Whether every transaction is over that ran when `ahead` was asked. SQLite has one writer: what is seen is complete."""
    if db.engine.dialect.name == "sqlite":
        return True
    oldest = _ask("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")[0][0]
    return bool(oldest >= ahead.transaction)


def as_text(moment: datetime) -> str:
    """A moment as both databases give it to seals."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def newest_seal(chain: Chain = LOG) -> Seal | None:
    """The end of the chain."""
    found = _ask(f"SELECT {_columns(SEAL)} FROM {chain.seals} ORDER BY id DESC LIMIT 1")  # noqa: S608
    return Seal(*found[0]) if found else None


def entries_after(number: int | None, *, last: int, limit: int, chain: Chain = LOG) -> list[Row]:
    """The next entries behind `number` (None: from the very first) up to `last`."""
    asked = f"SELECT {_columns(chain.columns)} FROM {chain.table} WHERE id > %s AND id <= %s ORDER BY id LIMIT %s"  # noqa: S608
    return _ask(asked, _LOWEST if number is None else number, last, limit)


def ends_of(numbers: Collection[int], chain: Chain = LOG) -> dict[int, tuple[Any, ...]]:
    """Number of a seal -> its last entry, how many entries there are by then, and its hash, for those that there are."""
    marks = ", ".join(["%s"] * len(numbers)) or "NULL"
    asked = f"SELECT id, last_entry, entries_so_far, hash FROM {chain.seals} WHERE id IN ({marks})"  # noqa: S608
    return {row[0]: tuple(row[1:]) for row in _ask(asked, *numbers)}


class SealedLog:
    """The log (or the notes) and its seals as they are now, read some at a time; seals made meanwhile are left for the next time."""

    def __init__(self, chain: Chain = LOG) -> None:
        self._chain, self.newest = chain, newest_seal(chain)
        self._last = self.newest.id if self.newest else 0

    def seals(self) -> Iterator[Seal]:
        """All seals, in the order of the chain."""
        asked = f"SELECT {_columns(SEAL)} FROM {self._chain.seals} WHERE id > %s AND id <= %s ORDER BY id LIMIT %s"  # noqa: S608
        number = _LOWEST
        while found := _ask(asked, number, self._last, _SEALS_READ):
            yield from (Seal(*row) for row in found)
            number = found[-1][0]

    def chunks(self, number: int | None = None) -> Iterator[list[Row]]:
        """All entries behind that number (None: all), sealed or not."""
        while found := entries_after(number, last=_HIGHEST, limit=_ROWS_READ, chain=self._chain):
            yield found
            number = found[-1][0]

    def between(self, after: int | None, last: int) -> Iterator[Row]:
        """The entries behind number `after` up to `last`."""
        while found := entries_after(after, last=last, limit=_ROWS_READ, chain=self._chain):
            yield from found
            after = found[-1][0]

    def marks(self, seal: int) -> bytes:
        """The marks that a seal kept; nothing if they are no bytes any more."""
        found = _ask(f"SELECT marks FROM {self._chain.seals} WHERE id = %s", seal)  # noqa: S608
        return bytes(found[0][0]) if found and isinstance(found[0][0], bytes | memoryview) else b""


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(map(_column, names))


def _column(name: str) -> str:
    if db.engine.dialect.name == "sqlite":
        return name
    if name in _MOMENTS:
        return f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    return f"{name}::text" if name in _TEXTS else name


def _ask(statement: str, *values: Any) -> list[Row]:
    """What the driver itself answers, as tuples."""
    connection = db.session.connection()
    if connection.dialect.name != "sqlite":
        return _rows(connection.exec_driver_sql(statement, values or None))
    statement = statement.replace("%s", "?")
    try:
        return _rows(connection.exec_driver_sql(statement, values))
    except (OperationalError, driver.OperationalError):  # which is quicker than to be prepared for it at every value
        with _any_bytes(connection):
            return _rows(connection.exec_driver_sql(statement, values))


def _rows(answer: CursorResult[Any]) -> list[Row]:
    cursor = answer.cursor
    return list(cursor.fetchall()) if cursor is not None else []


@contextmanager
def _any_bytes(connection: Connection) -> Iterator[None]:
    """Let SQLite hand out text that is no UTF-8 (any more) instead of failing at it."""
    driver: Any = connection.connection.driver_connection
    driver.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str
