"""Write many rows quickly and in order of their foreign keys: COPY on PostgreSQL, executemany on SQLite."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Connection, Table, func, select, text
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from admin_app.audit.models import AuditEntry
from admin_app.foundation.database import UTCDateTime, db, metadata

Row = dict[str, Any]
TABLES = (
    "stored_file", "resident", "resident_name", "loss_report", "application", "document", "decision", "decision_reason",
    "recommendation", "card", "mailing_batch", "parcel", "label", "audit_entry",
)  # fmt: skip
"""In an order in which every foreign key points to a row that is already there."""
_AUDIT = AuditEntry.__tablename__


class _Shape:
    """How one table's rows are turned into tuples for the driver."""

    def __init__(self, table: Table, connection: Connection) -> None:
        self.table = table
        # What the database fills in by itself is not ours to write.
        self.columns = [column.name for column in table.columns if column.server_default is None]
        self._empty = {c.name: c.default.arg if isinstance(c.default, ScalarElementColumnDefault) else None for c in table.columns}
        self._in_order = itemgetter(*self.columns)
        processors = [_bind_processor(table.c[name].type, connection) for name in self.columns]
        self.processors = [(place, binder) for place, binder in enumerate(processors) if binder is not None]
        self.next_id = (connection.scalar(select(func.max(table.c.id))) or 0) + 1

    def tuples(self, rows: list[Row]) -> list[tuple[Any, ...]]:
        """The rows as the driver wants them; columns that a row does not name get their default.

        Column by column, because a loader of millions of rows spends its time here.
        """
        empty, in_order = self._empty, self._in_order
        columns: list[Any] = list(zip(*[in_order(empty | row) for row in rows], strict=True))
        for place, bind in self.processors:
            columns[place] = [None if value is None else bind(value) for value in columns[place]]
        return list(zip(*columns, strict=True))


def _bind_processor(kind: Any, connection: Connection) -> Callable[[Any], Any] | None:
    if isinstance(kind, UTCDateTime) and connection.dialect.name == "sqlite":
        return _utc_text
    if isinstance(kind, JSON):
        return json.dumps  # the text that both databases take
    return kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)


def _utc_text(moment: datetime) -> str:
    """What UTCDateTime stores on SQLite, without its detours: every moment of the demo is in UTC."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


class BulkWriter:
    """Collects rows of one chunk and writes them at once; ids are given out here, so rows may refer to each other."""

    def __init__(self) -> None:
        connection = db.session.connection()
        self._shapes = {name: _Shape(metadata.tables[name], connection) for name in TABLES}
        self._rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        self.written = 0
        self.kept: dict[str, list[tuple[Any, ...]]] | None = None
        """every row as it went to the driver, if somebody asked for it by putting a dict here"""

    def columns(self, table: str) -> list[str]:
        """Names of a table's columns in the order of its rows."""
        return self._shapes[table].columns

    def add(self, table: str, **row: Any) -> int:
        """Keep a row for the next write() and return its id (audit entries get theirs in order of time)."""
        self._rows[table].append(row)
        if table == _AUDIT:
            return 0
        shape = self._shapes[table]
        row["id"] = shape.next_id
        shape.next_id += 1
        return shape.next_id - 1

    def bound(self, table: str, column: str, values: Iterable[Any]) -> list[Any]:
        """Values of one column in the driver's form."""
        shape = self._shapes[table]
        bind = dict(shape.processors).get(shape.columns.index(column))
        return [value if bind is None or value is None else bind(value) for value in values]

    def take_id(self, table: str) -> int:
        """The next id of a table, for a row that is written as a tuple."""
        shape = self._shapes[table]
        shape.next_id += 1
        return shape.next_id - 1

    def last_id(self, table: str) -> int:
        """The id given to the newest row of a table."""
        return self._shapes[table].next_id - 1

    def write(self) -> int:
        """Write what was collected, inside the caller's open transaction; returns the number of rows."""
        entries = self._rows[_AUDIT]
        entries.sort(key=lambda entry: entry["at"])
        shape = self._shapes[_AUDIT]
        for row in entries:
            row["id"] = shape.next_id
            shape.next_id += 1
        count = sum(self._write_table(name) for name in TABLES)
        self.written += count
        return count

    def _write_table(self, name: str) -> int:
        rows, self._rows[name] = self._rows[name], []
        if not rows:
            return 0
        ready = self._shapes[name].tuples(rows)
        if self.kept is not None:
            self.kept.setdefault(name, []).extend(ready)
        self.write_tuples(name, ready)
        return len(rows)

    def write_tuples(self, name: str, rows: list[tuple[Any, ...]]) -> None:
        """Write rows that are in the driver's form already."""
        connection, shape = db.session.connection(), self._shapes[name]
        if connection.dialect.name == "postgresql":
            _copy(connection, shape, rows)
            return
        marks = ",".join("?" * len(shape.columns))
        names = ",".join(f'"{column}"' for column in shape.columns)
        # table and column names come from the models
        connection.exec_driver_sql(f"INSERT INTO {name} ({names}) VALUES ({marks})", rows)  # noqa: S608


def _copy(connection: Connection, shape: _Shape, rows: Iterable[tuple[Any, ...]]) -> None:
    names = ",".join(f'"{column}"' for column in shape.columns)
    driver: Any = connection.connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {shape.table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def set_sequences() -> None:
    """Let PostgreSQL continue after the ids that were given out here; SQLite does so by itself. Needs a transaction."""
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        return
    for name in TABLES:
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "  # noqa: S608
                f"GREATEST((SELECT max(id) FROM {name}), 1))"
            )
        )
