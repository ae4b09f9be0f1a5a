"""The way back to how a database was: cheap where little was written, whole where its structure was touched."""

from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import sqlalchemy as sa

from admin_app.foundation import sqlite_file
from tests.apps import FILE_KEY

STRUCTURE = ("CREATE", "ALTER", "DROP", "ANALYZE", "VACUUM", "TRUNCATE", "REINDEX")
"""Statements after which putting back rows is not enough."""


class Structure:
    """Notices that the structure of a database may have changed, on whatever engine of this process."""

    def __init__(self) -> None:
        self.is_touched = False
        sa.event.listen(sa.Engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        self.is_touched = self.is_touched or statement.lstrip()[:9].upper().startswith(STRUCTURE)


KEEP = """
CREATE SCHEMA {schema};
CREATE TABLE {schema}._tables (name text PRIMARY KEY, rows bigint, newest bigint);
CREATE TABLE {schema}._sequences AS SELECT sequencename AS name, last_value FROM pg_sequences WHERE schemaname = 'public';
CREATE FUNCTION {schema}._note(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE counted bigint; latest bigint;
BEGIN
    EXECUTE format('SELECT count(*), coalesce(max(xmin::text::bigint), 0) FROM public.%I', name) INTO counted, latest;
    INSERT INTO {schema}._tables VALUES (name, counted, latest)
        ON CONFLICT ON CONSTRAINT _tables_pkey DO UPDATE SET rows = counted, newest = latest;
END $$;
CREATE FUNCTION {schema}._put_back() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE one record; counted bigint; latest bigint; restored integer := 0;
BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);  -- neither triggers nor foreign keys: all tables together are right
    FOR one IN SELECT * FROM {schema}._tables LOOP
        EXECUTE format('SELECT count(*), coalesce(max(xmin::text::bigint), 0) FROM public.%I', one.name) INTO counted, latest;
        CONTINUE WHEN counted = one.rows AND latest = one.newest;
        EXECUTE format('DELETE FROM public.%I', one.name);
        EXECUTE format('INSERT INTO public.%I SELECT * FROM {schema}.%I', one.name, one.name);
        PERFORM {schema}._note(one.name);
        restored := restored + 1;
    END LOOP;
    PERFORM setval(format('public.%I', kept.name), coalesce(kept.last_value, 1), kept.last_value IS NOT NULL)
        FROM {schema}._sequences kept JOIN pg_sequences now ON now.schemaname = 'public' AND now.sequencename = kept.name
        WHERE now.last_value IS DISTINCT FROM kept.last_value;
    RETURN restored;
END $$;
"""
"""A copy of every table beside it. A row that was added or changed has a newer xmin; one that is gone is not counted."""


def keep_postgres(engine: sa.Engine, schema: str) -> None:
    """Keep the rows of all tables as they are now, and the sequences."""
    with engine.connect().execution_options(no_parameters=True) as connection:
        connection.exec_driver_sql(KEEP.format(schema=schema))
        for name in sa.inspect(connection).get_table_names("public"):
            connection.exec_driver_sql(f'CREATE TABLE {schema}."{name}" AS TABLE public."{name}"')
            connection.exec_driver_sql(f"SELECT {schema}._note('{name}')")
        connection.commit()


def put_back_postgres(engine: sa.Engine, schema: str) -> int:
    """Bring everything back; returns how many tables had changed. OperationalError if somebody still holds a row."""
    with engine.connect() as connection:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
        changed = int(connection.exec_driver_sql(f"SELECT {schema}._put_back()").scalar_one())
        connection.commit()
    return changed


def never_wait_for_the_disk(connection: Any, record: Any) -> None:
    """A new connection of SQLite in a test; whatever a transaction asks for is then taken to be set already."""
    connection.execute("PRAGMA synchronous=OFF")
    record.info["synchronous"] = ANY


def office_file(file: Path, **options: Any) -> Any:
    """A connection to the SQLite file of an app of the tests, past the app."""
    return sqlite_file.opened(file, FILE_KEY, **options)


def make_plain(file: Path, target: Path) -> None:
    """Everything of an encrypted SQLite file in a new one as it was before ADR 0035, for controls."""
    with closing(office_file(file)) as sealed:
        sealed.execute("ATTACH DATABASE ? AS plain KEY ''", (str(target),))
        sealed.execute("SELECT sqlcipher_export('plain')").fetchall()


def copy_sqlite(source: Path, target: Path) -> None:
    """Everything of one SQLite database into another; both connections are closed, or later tests could not replace the file."""
    with closing(office_file(source)) as from_here, closing(office_file(target)) as to_there:
        to_there.execute("PRAGMA synchronous=OFF")
        from_here.backup(to_there)
