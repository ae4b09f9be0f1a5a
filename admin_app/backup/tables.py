"""What the tables of a database hold: rows and a hash each, read in one pass and bounded memory."""

import hashlib
from typing import Any

from sqlalchemy import Connection, Inspector, inspect

from admin_app.foundation.seals import rows

Facts = dict[str, dict[str, Any]]
"""Table -> {"rows": how many, "sha256": of their canonical form, ordered by their key}."""
AT_ONCE = 2_000


def facts(connection: Connection) -> Facts:
    """The facts of every table. Times are read in UTC, whatever the server's zone is."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        connection.exec_driver_sql("SET LOCAL statement_timeout TO 0")
    known = inspect(connection)
    return {table: _table(connection, known, table) for table in sorted(known.get_table_names())}


def _table(connection: Connection, known: Inspector, table: str) -> dict[str, Any]:
    quote = connection.dialect.identifier_preparer.quote
    columns = sorted(column["name"] for column in known.get_columns(table))
    order = known.get_pk_constraint(table)["constrained_columns"] or columns
    statement = f"SELECT {', '.join(map(quote, columns))} FROM {quote(table)} ORDER BY {', '.join(map(quote, order))}"  # noqa: S608
    digest, count = hashlib.sha256("|".join(columns).encode()), 0
    read = connection.execution_options(stream_results=True, max_row_buffer=AT_ONCE).exec_driver_sql(statement)
    for some in read.partitions(AT_ONCE):
        digest.update(rows.canonical(some))
        count += len(some)
    return {"rows": count, "sha256": digest.hexdigest()}


def differences(expected: Facts, found: Facts) -> list[str]:
    """The tables that are not as they were."""
    return sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
