"""A database in trouble, as another process or the machine makes it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from admin_app.foundation import sqlite_file
from admin_app.foundation.database import db
from tests.apps import FILE_KEY


@contextmanager
def locked() -> Iterator[None]:
    """Another process holds what every change needs; who only reads goes on."""
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        other = sqlite_file.opened(db.engine.url.database or "", FILE_KEY, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.rollback()
            other.close()
        return
    with psycopg.connect(db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        names = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
        connection.execute(f"LOCK TABLE {names} IN SHARE MODE")
        yield
        connection.rollback()
