"""An office on SQLite copied into an empty database of PostgreSQL: every table, row by row, then compared (ADR 0047).

Triggers of ours rest meanwhile: they number and date the entries of the log, and these have their numbers and times already.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Table,
    Text,
    bindparam,
    cast,
    func,
    inspect,
    select,
    text,
    type_coerce,
    update,
)

from admin_app.backup.copies import Unusable, connected_to
from admin_app.foundation.database import db
from admin_app.foundation.seals.rows import canonical

AT_ONCE = 5_000
REVISION = text("SELECT version_num FROM alembic_version")
Tell = Callable[[str, int], None]
"""Called with each table and its rows."""


def copy(file: Path, tell: Tell) -> dict[str, int]:
    """Copy the office in `file` into the empty database of the settings in force; rows of each table. Unusable if it cannot be.

    All of it in one transaction: what is not equal in the end is not there.
    """
    if db.engine.dialect.name != "postgresql":
        raise Unusable("Name the empty PostgreSQL database in CARD_DESK_DATABASE_URL first.")
    with db.engine.connect() as connection:
        if inspect(connection).get_table_names():
            raise Unusable("The database in CARD_DESK_DATABASE_URL has tables already. Nothing was copied; name an empty one.")
    with connected_to(file) as source:
        source.exec_driver_sql("BEGIN")  # the file is read in one state
        revision = source.execute(REVISION).scalar_one()
        flask_migrate.upgrade()
        with db.engine.begin() as target:
            if target.execute(REVISION).scalar_one() != revision:
                raise Unusable("The SQLite file is of another version of Card Desk: start the desk on it once with this one, and end it.")
            return _copied(source, target, tell)


def _copied(source: Connection, target: Connection, tell: Tell) -> dict[str, int]:
    target.exec_driver_sql("SET LOCAL statement_timeout TO 0")
    target.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout TO 0")
    tables, counts = db.metadata.sorted_tables, {}
    for table in tables:
        target.exec_driver_sql(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')
    for table in reversed(tables):  # what migrations put there is in the file, too, as the office has changed it
        target.execute(table.delete())
    for table in tables:
        counts[table.name] = _copy_table(table, source, target)
        tell(table.name, counts[table.name])
    different = [table.name for table in tables if _hash(table, source) != _hash(table, target)]
    if different:
        raise Unusable(f"These tables are not equal: {', '.join(different)}. Nothing was copied.")
    for table in tables:
        _go_on_counting(table, target)
        target.exec_driver_sql(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER')
    return counts


def _copy_table(table: Table, source: Connection, target: Connection) -> int:
    to_itself = [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    written = {column.name: _written(column) for column in table.columns if column not in to_itself}
    links: dict[str, list[dict[str, Any]]] = {column.name: [] for column in to_itself}
    names, count, insert = [column.name for column in table.columns], 0, table.insert().values(written)
    for rows in source.execute(select(*map(_read, table.columns)).order_by(*table.primary_key)).partitions(AT_ONCE):
        given = [dict(zip(names, row, strict=True)) for row in rows]
        target.execute(insert, [{f"of_{name}": row[name] for name in written} for row in given])
        for name, found in links.items():
            found += [{"of_row": row["id"], "other": row[name]} for row in given if row[name] is not None]
        count += len(rows)
    for name, found in links.items():  # what points at a row of the same table may point at a later one
        if found:
            target.execute(update(table).where(table.c.id == bindparam("of_row")).values({name: bindparam("other")}), found)
    return count


def _read(column: Column[Any]) -> Any:
    """JSON as the text that it is: nothing is lost between `null` and nothing."""
    return type_coerce(column, Text) if isinstance(column.type, JSON) else column


def _written(column: Column[Any]) -> Any:
    if isinstance(column.type, JSON):
        return cast(bindparam(f"of_{column.name}", type_=Text), column.type)
    return bindparam(f"of_{column.name}", type_=column.type)


def _hash(table: Table, connection: Connection) -> str:
    """The hash over all rows as both databases mean them."""
    is_postgresql = connection.dialect.name == "postgresql"
    digest = hashlib.sha256()
    wanted = [cast(column, Text) if isinstance(column.type, JSON) and is_postgresql else _read(column) for column in table.columns]
    documents = [place for place, column in enumerate(table.columns) if isinstance(column.type, JSON)]
    read = connection.execute(select(*wanted).order_by(*table.primary_key), execution_options={"stream_results": is_postgresql})
    for rows in read.partitions(AT_ONCE):
        digest.update(canonical([_meant(row, documents) for row in rows]))
    return digest.hexdigest()


def _meant(row: Any, documents: list[int]) -> list[Any]:
    values = list(row)
    for place in documents:
        values[place] = None if values[place] is None else json.dumps(json.loads(values[place]), sort_keys=True)
    return values


def _go_on_counting(table: Table, target: Connection) -> None:
    """The next row gets the number after the highest."""
    if "id" not in table.c:
        return
    sequence = target.scalar(select(func.pg_get_serial_sequence(table.name, "id"))) or f"{table.name}_id_seq"
    if target.scalar(select(func.to_regclass(sequence))) is None:
        return
    highest = target.scalar(select(func.max(table.c.id)))
    target.execute(select(func.setval(sequence, highest or 1, highest is not None)))
