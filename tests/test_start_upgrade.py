"""The start makes tables where the database has none, whatever an earlier start left beside it, and loads nothing where all are there."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import run
from admin_app.foundation import schema_version, sqlite_file
from admin_app.foundation.database import db
from config import Settings
from tests.apps import FILE_KEY, make_settings

ROOT = Path(__file__).resolve().parent.parent
NEWEST = max(file.stem for file in (ROOT / "admin_app" / "migrations" / "versions").glob("[0-9]*.py"))


@pytest.fixture
def upgrades(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The commands that a start runs."""
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(run, "command", lambda *line: ran.append(line))
    return ran


@pytest.fixture
def office(app: Flask) -> Iterator[Settings]:
    """The settings of an office whose tables are there."""
    db.session.rollback()
    yield app.config["SETTINGS"]
    db.engine.dispose()


def test_a_database_that_is_at_the_newest_revision_is_left_alone(office: Settings, upgrades: list[tuple[str, ...]]) -> None:
    assert schema_version.revision_in_database(office) == NEWEST
    run.upgrade_once(office)
    assert upgrades == []


@pytest.mark.parametrize("change", ["DROP TABLE alembic_version", "UPDATE alembic_version SET version_num = '0029_retention'"])
def test_a_database_without_tables_or_with_older_ones_is_upgraded(office: Settings, upgrades: list[tuple[str, ...]], change: str) -> None:
    (office.instance / "schema-version").write_text(NEWEST)  # as an earlier version of the desk left it
    with db.engine.begin() as connection:
        connection.execute(sa.text(change))
    run.upgrade_once(office)
    assert upgrades == [("db", "upgrade")]


@pytest.mark.parametrize("made", ["no file", "an empty file", "a file without tables"])
def test_a_file_with_nothing_in_it_is_upgraded(tmp_path: Path, upgrades: list[tuple[str, ...]], made: str) -> None:
    settings, file = make_settings(tmp_path, ""), tmp_path / "card_desk.db"
    if made == "an empty file":
        file.touch()
    if made == "a file without tables":
        with closing(sqlite_file.opened(file, FILE_KEY)) as connection:
            connection.execute("CREATE TABLE other (id INTEGER)")
    run.upgrade_once(settings)
    assert upgrades == [("db", "upgrade")]
    assert made == "a file without tables" or not sqlite_file.is_made(file), "looking makes no file"


def test_a_server_that_does_not_answer_is_left_to_the_upgrade_to_name(tmp_path: Path, upgrades: list[tuple[str, ...]]) -> None:
    run.upgrade_once(make_settings(tmp_path, "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"))
    assert upgrades == [("db", "upgrade")]


def test_asking_loads_nothing_of_the_application() -> None:
    line = "import sys, admin_app.foundation.schema_version; print(sorted({'sqlalchemy', 'flask', 'psycopg'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", line], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
