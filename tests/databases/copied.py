"""PostgreSQL for a whole run of tests as the copy of an office on SQLite, instead of one that migrations made (T-74)."""

import os
from pathlib import Path

import sqlalchemy as sa

from admin_app.backup import copying
from admin_app.foundation.database import db

ASKED = "TEST_POSTGRES_COPIED"
"""Set to `whole`, the tests run on a copy; set to `asleep`, on one whose triggers were left asleep, which tests must notice."""


def is_asked() -> bool:
    """Whether this run's PostgreSQL is to be a copy."""
    return bool(os.environ.get(ASKED))


def copy_here(file: Path) -> None:
    """Copy the office in `file` into the empty database of the app whose context is open."""
    copying.copy(file, lambda _table, _count: None)
    if os.environ[ASKED] == "asleep":
        with db.engine.begin() as connection:
            for table in sa.inspect(connection).get_table_names():
                connection.exec_driver_sql(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
