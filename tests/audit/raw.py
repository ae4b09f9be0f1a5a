"""SQL past the application, as anybody with the password of the database could send it."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from admin_app.foundation.database import db

COLUMNS = "at, actor_kind, actor_name, actor_role, action, subject_type, subject_ref, outcome, changes"
VALUES = "'2026-11-22', 'system', 'x', 'x', 'x', 'x', 'x', 'done', '{}'"
GUARDS = """
SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit_%'
"""


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
    """A connection for which the triggers of the log are switched off, as the owner of a database can do."""
    with connected() as connection:
        if connection.dialect.name == "sqlite":
            guards = connection.exec_driver_sql(GUARDS).scalars().all()
            texts = [connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).scalar_one() for name in guards]
            for name in guards:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            yield connection
            for text in texts:
                connection.exec_driver_sql(text)
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
