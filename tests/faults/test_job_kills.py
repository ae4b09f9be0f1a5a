"""SIGKILL to the worker and to the broker while jobs are done: none is lost, none takes effect twice, on either queue."""

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import DONE, Job
from tests.browser.desk import free_port
from tests.faults.counting_worker import COUNT, EFFECT
from tests.faults.processes import Processes, wait_until
from tests.redis_server import Redis

JOBS, ROUNDS = 90, 3


@pytest.fixture(params=["files", "redis"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Redis | None]:
    """None: the queue of files in the instance folder."""
    if request.param == "files":
        yield None
        return
    redis = Redis(tmp_path)
    redis.start()
    yield redis
    redis.kill()


@pytest.fixture
def processes(app: Flask, broker: Redis | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    """A worker that counts, on the database of the test and the broker; and a table for what it does."""
    in_force = app.config["SETTINGS"]
    monkeypatch.setattr(in_force, "instance", tmp_path)
    monkeypatch.setattr(in_force, "broker_url", broker.url if broker else "")
    monkeypatch.setattr(settings.current(), "jobs_inline", False)
    with db.engine.begin() as connection:
        EFFECT.create(connection)
    started = Processes(in_force, tmp_path, free_port())
    started.environment["CARD_DESK_BROKER_URL"] = in_force.broker_url
    started.lines["worker"] = [sys.executable, "-m", "tests.faults.counting_worker"]
    try:
        started.start("worker")
        yield started
    finally:
        started.stop()


def enqueue(count: int, name: str) -> None:
    """So many jobs, each in a transaction of its own."""
    for number in range(count):
        with transaction():
            jobs.enqueue(COUNT, dedupe_key=f"{name} {number}")


def done() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Job.id)).where(Job.status == DONE)) or 0


def pass_time() -> None:
    """Nobody works; what was taken or became due did so long ago; then the clock ticks."""
    past = clock.now() - timedelta(minutes=10)
    with transaction() as session:
        session.execute(update(Job).where(Job.status != DONE).values(due_at=past, heartbeat_at=past))
    jobs.reconcile()


def test_killing_worker_and_broker_loses_no_job_and_does_none_twice(processes: Processes, broker: Redis | None) -> None:
    for number in range(ROUNDS):
        before = done()
        enqueue(JOBS // ROUNDS, f"round {number}")
        wait_until(lambda before=before: done() > before + 5, "work")
        processes.kill("worker")
        if broker is not None:
            broker.kill()
            enqueue(1, f"without broker {number}")
            broker.start()
    processes.end("worker")
    pass_time()
    processes.start("worker")
    wait_until(lambda: done() == JOBS + (ROUNDS if broker else 0), "the end of all jobs")
    effects = Counter(db.session.scalars(select(EFFECT.c.job_id)))
    assert effects == Counter(db.session.scalars(select(Job.id)))
    assert (db.session.scalar(select(func.max(Job.attempts))) or 0) > 1, "the kills hit nothing"


def test_a_worker_wakes_at_once_when_the_broker_carries_its_message(processes: Processes) -> None:
    enqueue(1, "first")
    wait_until(lambda: done() == 1, "the first job, whether told or found at the start")
    enqueue(1, "second")
    wait_until(lambda: done() == 2, "the job that it was told of")
