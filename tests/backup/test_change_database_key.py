"""The SQLite file gets another key: whole with one or the other whatever happens, and never while the desk runs."""

import base64
import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from admin_app.backup import encrypt_database, tables
from admin_app.factory import create_app
from admin_app.foundation import sqlite_file
from admin_app.foundation.database import engine_options, open_with
from admin_app.foundation.instance_lock import only_one
from run import flask_line
from tests.apps import FILE_KEY, KEYS, make_settings

ROOT = Path(__file__).resolve().parents[2]
NEW = bytes(range(200, 232))
NAMED = {"database_key": base64.b64encode(NEW).decode(), "database_key_before": KEYS["database_key"]}
Facts = tuple[tables.Facts, list[tuple[str, ...]]]


@pytest.fixture
def office(sqlite_app: tuple[Flask, object], tmp_path: Path) -> Flask:
    """An office, migrated, whose file has the key of before; the settings have the new one."""
    shutil.copy(Path(sqlite_app[0].config["SETTINGS"].instance) / "template.db", tmp_path / "card_desk.db")
    return create_app(make_settings(tmp_path, "", **NAMED))


def typed(office: Flask) -> Result:
    return office.test_cli_runner().invoke(args=["change-database-key"])


def described(file: Path, key: bytes) -> Facts:
    """Every row, index and trigger."""
    engine = sa.create_engine(f"sqlite:///{file}", **engine_options("sqlite"))
    open_with(engine, key)
    with engine.connect() as connection:
        structure = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").all()
        found = tables.facts(connection), [tuple(row) for row in structure]
    engine.dispose()
    return found


def test_the_new_key_opens_what_the_old_one_opened_and_the_old_one_nothing(office: Flask, tmp_path: Path) -> None:
    file = tmp_path / "card_desk.db"
    before = described(file, FILE_KEY)
    said = typed(office)
    assert said.exit_code == 0 and "has the new key" in said.output, said.output
    assert described(file, NEW) == before and len(before[1]) > 100
    assert not sqlite_file.opens(file, FILE_KEY)
    assert sorted(path.name for path in tmp_path.glob("card_desk.db*")) == ["card_desk.db"]
    assert file.stat().st_mode & 0o777 == 0o600
    again = typed(office)
    assert again.exit_code == 0 and "has the new key already" in again.output


def test_what_stood_in_the_journal_is_there_afterwards(office: Flask, tmp_path: Path) -> None:
    file = tmp_path / "card_desk.db"
    writer = sqlite_file.opened(file, FILE_KEY)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("UPDATE alembic_version SET version_num = 'written last'")
    writer.commit()
    for ending in ("", "-wal"):
        shutil.copy(f"{file}{ending}", tmp_path / f"kept{ending}")
    writer.close()
    for ending in ("", "-wal"):  # as a killed desk leaves it
        (tmp_path / f"kept{ending}").replace(f"{file}{ending}")
    assert typed(office).exit_code == 0
    with closing(sqlite_file.opened(file, NEW)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("written last",)


def test_it_refuses_while_the_desk_runs(office: Flask, tmp_path: Path) -> None:
    with closing(only_one(tmp_path)):
        said = typed(office)
    assert said.exit_code == 1 and "already runs" in str(said.output) + str(said.exception)
    with closing(sqlite_file.opened(tmp_path / "card_desk.db", FILE_KEY)) as web:  # a process that was started without run.py
        web.execute("PRAGMA journal_mode = WAL")
        web.execute("SELECT * FROM alembic_version").fetchall()
        said = typed(office)
    assert said.exit_code == 1 and "is in use: stop the desk first" in said.output
    assert sqlite_file.opens(tmp_path / "card_desk.db", FILE_KEY)


def test_two_wrong_keys_are_refused_and_nothing_changes(office: Flask, tmp_path: Path) -> None:
    file = tmp_path / "card_desk.db"
    encrypt_database.copy_with_key(file, FILE_KEY, bytes(32), lambda _done, _in_all: None)
    content = file.read_bytes()
    said = typed(office)
    assert said.exit_code == 1 and "Neither CARD_DESK_DATABASE_KEY nor" in said.output
    assert file.read_bytes() == content


def test_without_the_key_of_before_it_says_what_to_set(tmp_path: Path, sqlite_app: tuple[Flask, object]) -> None:
    shutil.copy(Path(sqlite_app[0].config["SETTINGS"].instance) / "template.db", tmp_path / "card_desk.db")
    said = typed(create_app(make_settings(tmp_path, "")))
    assert said.exit_code == 1 and "CARD_DESK_DATABASE_KEY_BEFORE" in said.output


STEPS = ("_keep_others_out", "_export", "_check", "_put_in_place")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_ended_at_any_step_the_file_is_whole_with_one_key_or_the_other(
    office: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    file = tmp_path / "card_desk.db"
    before, does = described(file, FILE_KEY), getattr(encrypt_database, step)

    class Killed(BaseException):
        """As SIGKILL."""

    def ended(*given: object) -> None:
        if when == "after":
            does(*given)
        raise Killed

    monkeypatch.setattr(encrypt_database, step, ended)
    with pytest.raises(Killed):
        encrypt_database.copy_with_key(file, FILE_KEY, NEW, lambda _done, _in_all: None)
    is_new = (step, when) == ("_put_in_place", "after")
    assert (sqlite_file.opens(file, NEW), sqlite_file.opens(file, FILE_KEY)) == (is_new, not is_new)
    assert described(file, NEW if is_new else FILE_KEY) == before
    monkeypatch.setattr(encrypt_database, step, does)
    assert typed(office).exit_code == 0 and described(file, NEW) == before


@pytest.mark.proof
def test_killed_twenty_times_at_random_the_file_is_whole_each_time(office: Flask, tmp_path: Path) -> None:
    file, chance, began_with = tmp_path / "card_desk.db", random.Random(3), {True: 0, False: 0}
    with closing(sqlite_file.opened(file, FILE_KEY)) as connection:  # large enough that copying takes a while
        connection.execute("CREATE TABLE ballast (content BLOB)")
        connection.executemany("INSERT INTO ballast VALUES (randomblob(4000))", [()] * 20_000)
        connection.commit()
    keys = [FILE_KEY, NEW]
    environment = dict(os.environ) | {f"CARD_DESK_{name.upper()}": value for name, value in KEYS.items()}
    environment |= {"CARD_DESK_ENVIRONMENT": "test", "CARD_DESK_INSTANCE": str(tmp_path)}
    for _ in range(20):
        now = 0 if sqlite_file.opens(file, keys[0]) else 1
        named = {"DATABASE_KEY": keys[1 - now], "DATABASE_KEY_BEFORE": keys[now]}
        named_as = {f"CARD_DESK_{name}": base64.b64encode(key).decode() for name, key in named.items()}
        process = subprocess.Popen(flask_line("change-database-key"), cwd=ROOT, env=environment | named_as, stdout=subprocess.DEVNULL)
        while process.poll() is None and not (tmp_path / "card_desk.db.encrypting").exists():
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 2.0))
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        holders = [key for key in keys if sqlite_file.opens(file, key)]
        assert len(holders) == 1
        with closing(sqlite_file.opened(file, holders[0])) as connection:
            assert connection.execute("SELECT count(*) FROM ballast").fetchone() == (20_000,)
            assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
        began_with[holders[0] == keys[now]] += 1
    assert min(began_with.values()) > 0, f"kills before and after the change: {began_with}"
