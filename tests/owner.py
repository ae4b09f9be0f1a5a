"""SQL past the application: as anybody with the password of the database could send it, and as its owner, for whom triggers can be off."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from admin_app.foundation.database import db

COLUMNS = "at, actor_kind, actor_name, actor_role, action, subject_type, subject_ref, outcome, changes"
VALUES = "'2026-11-22', 'system', 'x', 'x', 'x', 'x', 'x', 'done', '{}'"
"""A line of the log."""


@contextmanager
def connected() -> Iterator[sa.Connection]:
    """A connection that may write, committed at the end."""
    db.session.rollback()
    with db.engine.connect().execution_options(card_desk_write=True) as connection, connection.begin():
        yield connection


def run(*statements: str) -> None:
    """Send the statements, in one transaction."""
    with connected() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@contextmanager
def as_owner() -> Iterator[sa.Connection]:
    """A connection for which all triggers are switched off, as the owner of a database can do."""
    with connected() as connection:
        if connection.dialect.name == "sqlite":
            resting = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
            for name, _text in resting:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            yield connection
            for _name, text in resting:
                connection.exec_driver_sql(text)
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection


def put(row: Any, **values: Any) -> None:
    """Put a row into a state to which no move leads from where it stands."""
    table, number = type(row).__table__, row.id
    with as_owner() as connection:
        connection.execute(sa.update(table).where(table.c.id == number).values(**values))
    db.session.refresh(row)
