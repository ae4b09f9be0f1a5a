"""A request waits for the database some seconds in all; a job or a command as long as it takes."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from admin_app.foundation import database, patience
from admin_app.foundation.database import db, transaction
from admin_app.foundation.database_trouble import DISK, POSTGRESQL, SQLITE, Trouble, trouble_of
from admin_app.foundation.jobs import commands
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import DONE, QUEUED, Job
from tests.factories.foundation import make_job
from tests.held import locked


class PsycopgError(Exception):
    """As the driver's errors are: with a state of the server."""

    __module__ = "psycopg.errors"

    def __init__(self, state: str | None) -> None:
        super().__init__()
        self.sqlstate = state


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as it says")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(("code", "trouble"), SQLITE.items())
def test_every_state_of_sqlite_has_its_word_also_in_its_longer_form(code: int, trouble: Trouble) -> None:
    assert trouble_of(OperationalError("", {}, sqlite_error(code))) == trouble
    assert trouble_of(OperationalError("", {}, sqlite_error(code | 0x700))) == trouble


@pytest.mark.parametrize(("state", "trouble"), [*POSTGRESQL.items(), ("08006", Trouble.UNREACHABLE), ("08001", Trouble.UNREACHABLE)])
def test_every_state_of_postgresql_has_its_word(state: str, trouble: Trouble) -> None:
    assert trouble_of(OperationalError("", {}, PsycopgError(state))) == trouble


def test_what_it_was_raised_from_counts_too() -> None:
    try:
        try:
            raise OperationalError("", {}, sqlite_error(sqlite3.SQLITE_BUSY))
        except OperationalError as error:
            raise ValueError from error
    except ValueError as outer:
        assert trouble_of(outer) == Trouble.LOCKED


@pytest.mark.parametrize(("number", "trouble"), DISK.items())
def test_a_file_that_finds_no_room_is_the_same_trouble(number: int, trouble: Trouble) -> None:
    assert trouble_of(OSError(number, "as it says")) == trouble


def test_a_pool_without_a_free_connection_is_a_lock() -> None:
    assert trouble_of(PoolTimeout()) == Trouble.LOCKED


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("x"),
        OperationalError("", {}, sqlite_error(sqlite3.SQLITE_ERROR)),
        OperationalError("", {}, PsycopgError("42P01")),
        OSError(2, "no such file"),
        OperationalError("", {}, Exception("x")),
    ],
)
def test_what_is_wrong_with_us_is_no_trouble_of_the_database(error: Exception) -> None:
    assert trouble_of(error) is None


def test_waits_of_a_request_add_up_and_after_one_in_vain_it_waits_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(patience.time, "monotonic", lambda: now[0])
    patience.begin()
    for seconds, still in ((1.5, 2.5), (1.0, 1.5)):
        with patience.waiting():
            now[0] += seconds
        assert patience.left() == still
    patience.exhaust()
    assert patience.left() == patience.LAST_SECONDS
    patience.end()
    assert patience.left() is None


def test_an_answer_within_five_seconds_is_the_sum_of_what_a_request_waits_for() -> None:
    from_a_silent_server = patience.REQUEST_SECONDS + 0.3
    to_a_server_that_died_meanwhile = patience.PING_SECONDS + 3
    assert max(from_a_silent_server, to_a_server_that_died_meanwhile) < 5


def sqlite_waits(folder: Path) -> int:
    engine = create_engine(f"sqlite:///{folder / 'x.db'}", **database.engine_options("sqlite"))
    database.prepare_engine(engine, b"")
    with engine.connect().execution_options(card_desk_write=True) as connection, connection.begin():
        waits = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    engine.dispose()
    return int(waits)


def test_sqlite_waits_as_long_as_the_request_and_for_a_job_longer(tmp_path: Path) -> None:
    patience.begin()
    waits = sqlite_waits(tmp_path)
    patience.end()
    assert 0 < waits <= 4000
    assert sqlite_waits(tmp_path) == 15_000


@pytest.fixture
def impatient(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that gives up at once."""
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 50)
    monkeypatch.setattr(commands, "AGAIN_SECONDS", 0.05)
    db.session.remove()
    db.engine.dispose()
    if db.engine.dialect.name == "postgresql":
        monkeypatch.setattr("admin_app.foundation.patient_postgres.LOCK_SECONDS", 0.1)


def test_a_worker_outlives_a_lock_and_what_it_did_is_written_down(app: Flask, impatient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    done, stopping, waits = [], threading.Event(), []
    monkeypatch.setitem(jobs.HANDLERS.get(), "test.note", lambda job: done.append(job.id))
    monkeypatch.setattr(app.config["SETTINGS"], "jobs_inline", False)
    monkeypatch.setattr(commands.worker, "ring", lambda: None)
    with transaction():
        jobs.enqueue("test.note", dedupe_key="a")
    held = locked()
    take_next = jobs.take_next

    def take(ended: Any = None) -> Any:
        if ended is not None and not waits:
            held.__enter__()
        return take_next(ended)

    def wait(_seconds: float) -> None:
        waits.append(1)
        held.__exit__(None, None, None)

    monkeypatch.setattr(jobs, "take_next", take)
    monkeypatch.setattr(stopping, "wait", wait)
    commands.work(app, stopping)
    db.session.rollback()
    assert (len(done), len(waits), db.session.query(Job).one().status) == (1, 1, DONE)


def test_a_job_that_meets_a_lock_again_and_again_is_not_given_up(app: Flask) -> None:
    job = make_job(name="test.note", attempts=jobs.MAX_ATTEMPTS + 3)
    jobs.HANDLERS.get()["test.note"] = lambda _job: (_ for _ in ()).throw(OperationalError("", {}, sqlite_error(sqlite3.SQLITE_BUSY)))
    assert jobs.perform(job).status == QUEUED
    jobs.HANDLERS.get()["test.note"] = lambda _job: 1 / 0  # type: ignore[return-value]
    assert jobs.perform(job).status == "failed", "control: a fault of its own is one"
    del jobs.HANDLERS.get()["test.note"]


def test_the_clock_outlives_a_lock(app: Flask, impatient: None) -> None:
    with locked():
        jobs.tick()
    jobs.tick()
    assert db.session.execute(text("SELECT 1")).scalar_one() == 1
