"""The statements of code that knows an older schema, and what a database makes of them: read, add, change, take away, table by table.

Nothing of the older code is needed: what it may send is told by the tables as they were before a revision, columns by name.
What it means by what it writes is not asked here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from admin_app.foundation.database import db

APART = frozenset({"alembic_version"})
FRESH = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "md5(random()::text)"}
PUBLIC_ID_LENGTH = 32
BREAKS = {
    "0002_protect_audit": "entries of the log are not changed any more",
    "0007_jobs_due": "jobs do not say any more when they were sent",
    "0008_indexes_of_filters": "a card needs its centre",
    "0009_actors": "an entry of the log needs the kind of whoever acted",
    "0012_unsaved_forms": "what autosave keeps lies in another table",
    "0014_sealed_facts": "days of birth and addresses are encrypted",
    "0022_moves": "the database refuses what no rule allows",
}
"""Revisions over which no process of the version before may run (docs/running.md), and why."""


@dataclass(frozen=True)
class Statement:
    """One statement, and what it is in a word."""

    what: str
    sql: str


def statements_of(connection: sa.Connection) -> list[Statement]:
    """What code that knows the tables as they are now may send to them."""
    tables = sa.MetaData()
    tables.reflect(connection)
    return [one for table in tables.sorted_tables if table.name not in APART for one in _of_table(table, connection.dialect.name)]


def _of_table(table: sa.Table, dialect: str) -> list[Statement]:
    place, names = f'"{table.name}"', ", ".join(f'"{column.name}"' for column in table.columns)
    same = ", ".join(map(_of_row, table.columns))
    fresh = ", ".join(_fresh(column, dialect) for column in table.columns)
    key = ", ".join(map(_of_row, table.primary_key))
    add = f"INSERT INTO {place} ({names}) SELECT %s FROM {place} ORDER BY {key} LIMIT 1"
    one = f"({key}) = (SELECT {key} FROM {place} ORDER BY {key} LIMIT 1)"
    return [
        Statement(f"{table.name}: read", f"SELECT {same} FROM {place}"),
        Statement(f"{table.name}: add another", add % fresh),
        Statement(f"{table.name}: add the same", add % same),
        *(
            Statement(f"{table.name}: change {column.name}", f'UPDATE {place} SET "{column.name}" = {_of_row(column)} WHERE {one}')
            for column in table.columns
        ),
        Statement(f"{table.name}: take away", f"DELETE FROM {place} WHERE {one}"),
    ]


def _of_row(column: sa.Column[Any]) -> str:
    """The column with its table: SQLite takes a name alone, if there is no such column, for a text."""
    return f'"{column.table.name}"."{column.name}"'


def _fresh(column: sa.Column[Any], dialect: str) -> str:
    """A value that no row has where each must have its own; else that of the row."""
    is_alone = len(column.table.primary_key.columns) == 1 and column.primary_key
    if isinstance(column.type, sa.Integer) and (is_alone or column.name in _told_apart_by(column.table)):
        return f'(SELECT max({_of_row(column)}) + 1 FROM "{column.table.name}")'
    if column.name == "public_id" and getattr(column.type, "length", 0) == PUBLIC_ID_LENGTH:
        return FRESH[dialect]
    if isinstance(column.type, sa.String) and column.name in _told_apart_by(column.table):
        return f"substr({_of_row(column)}, 1, length({_of_row(column)}) - 1) || 'q'"
    return _of_row(column)


def _told_apart_by(table: sa.Table) -> set[str]:
    """Of each rule that says what no two rows share, one column that is not another table's."""
    rules = [*(one for one in table.constraints if isinstance(one, sa.UniqueConstraint)), *(one for one in table.indexes if one.unique)]
    own = ([column for column in rule.columns if not column.foreign_keys] for rule in rules)
    return {max(columns, key=lambda column: isinstance(column.type, sa.String)).name for columns in own if columns}


def outcomes(connection: sa.Connection, statements: list[Statement]) -> dict[str, str]:
    """What becomes of each: '' if it goes, else the kind of error; nothing of it stays."""
    return {one.what: _outcome(connection, one.sql) for one in statements}


def _outcome(connection: sa.Connection, sql: str) -> str:
    inner = connection.begin_nested()
    try:
        connection.exec_driver_sql(sql).close()
    except DBAPIError as refused:
        return getattr(refused.orig, "sqlstate", None) or str(refused.orig).partition(":")[0]
    else:
        return ""
    finally:
        inner.rollback()


def broken(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """What went before and is refused now."""
    return sorted(what for what, outcome in before.items() if not outcome and now[what])


def broken_by(step: Callable[[], None]) -> frozenset[str]:
    """The tables that code of the schema as it is cannot use as before once `step` was taken."""
    db.session.remove()
    with db.engine.connect() as connection:
        statements = statements_of(connection)
        before = outcomes(connection, statements)
        connection.rollback()
    step()
    with db.engine.connect() as connection:
        now = outcomes(connection, statements)
        connection.rollback()
    return frozenset(what.partition(":")[0] for what in broken(before, now))
