"""A consistent copy of the database as one file, and a database from such a file: by SQLite itself, or by PostgreSQL's own programs."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, inspect

from admin_app.foundation import settings, sqlite_file
from admin_app.foundation.database import db, engine_options, open_with
from admin_app.foundation.private_files import make_private


class Unusable(Exception):
    """A copy cannot be made or put back; the sentence says why and what to do."""


@contextmanager
def copied(target: Path) -> Iterator[Connection]:
    """Copy the office's database into the new file `target`; the connection sees exactly the state that was copied."""
    make_private(str(target))
    if db.engine.dialect.name == "sqlite":
        key = sqlite_file.key_of(settings.current())
        here = str(db.engine.url.database)
        with closing(sqlite_file.opened(here, key)) as source, closing(sqlite_file.opened(target, key)) as copy:
            source.backup(copy)  # in one step, from one state: writers go on beside it
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        with opened_file(target) as connection:
            yield connection
        return
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout TO 0")
        snapshot = str(connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one())
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}", url=db.engine.url)
        yield connection


@contextmanager
def connected_to(file: Path) -> Iterator[Connection]:
    """A connection to an SQLite file of an office, which is plain or encrypted with the key in force."""
    engine = create_engine(f"sqlite:///{file}", **engine_options("sqlite"))
    open_with(engine, b"" if sqlite_file.is_plain(file) else sqlite_file.key_of(settings.current()))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def opened_file(file: Path) -> Iterator[Connection]:
    """A connection to an SQLite file that nobody else uses, checked by SQLite itself; it is as encrypted as the office was."""
    with connected_to(file) as connection:
        if connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok":
            raise Unusable("SQLite finds its own file damaged.")
        yield connection


def refuse_used_database() -> None:
    """Unusable unless the PostgreSQL database of the settings in force is there and empty."""
    if db.engine.dialect.name != "postgresql":
        raise Unusable("This backup is of PostgreSQL: name an empty database in CARD_DESK_DATABASE_URL.")
    with db.engine.connect() as connection:
        if inspect(connection).get_table_names():
            raise Unusable("The database in CARD_DESK_DATABASE_URL has tables already. Nothing was restored; name an empty one.")


def put_back(file: Path) -> None:
    """Fill the empty PostgreSQL database of the settings in force, whole or not at all."""
    url = db.engine.url
    options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", f"--dbname={url.database}")
    _run("pg_restore", *options, str(file), url=url)


def _run(program: str, *options: str, url: URL) -> None:
    found = shutil.which(program)
    if found is None:
        raise Unusable(f"{program} is not on this machine: install PostgreSQL's client programs of the server's version.")
    # By the environment: the list of processes shows what stands in a command line.
    connect = {
        "PGHOST": url.host or str(url.query.get("host", "")),
        "PGPORT": str(url.port or ""),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "",
    }
    environment = dict(os.environ) | {name: value for name, value in connect.items() if value}
    done = subprocess.run([found, *options], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Unusable(f"{program} failed: {(done.stderr.strip() or 'no reason given').splitlines()[0]}")
