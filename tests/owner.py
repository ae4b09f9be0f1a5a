"""SQL past the application: as anybody with the password of the database could send it, and as its owner, for whom triggers can be off."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin_app.foundation.database import db, transaction

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
def unguarded(connection: sa.Connection) -> Iterator[None]:
    """No trigger stops what this connection does inside, as for the owner of a database; they are back when its transaction ends."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield
        return
    resting = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _text in resting:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _name, text in resting:
        connection.exec_driver_sql(text)


@contextmanager
def as_owner() -> Iterator[sa.Connection]:
    """A connection for which all triggers are switched off."""
    with connected() as connection, unguarded(connection):
        yield connection


@contextmanager
def unguarded_transaction() -> Iterator[Session]:
    """A transaction() in which no trigger stops what the session writes."""
    with transaction() as session, unguarded(session.connection()):
        yield session
        session.flush()
