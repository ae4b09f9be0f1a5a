"""Jobs are written with the change, done once, and never lost."""

from datetime import timedelta

import pytest
import time_machine

from admin_app.foundation import clock, settings
from admin_app.foundation.database import WriteRefused, db, transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import DONE, FAILED, QUEUED, RUNNING, Job


@pytest.fixture
def calls(app, monkeypatch):
    """A handler that notes its calls."""
    seen: list[dict] = []
    monkeypatch.setitem(jobs.HANDLERS.get(), "test.note", lambda job: seen.append(job.arguments) or {"seen": len(seen)})
    return seen


@pytest.fixture
def not_sent(app, monkeypatch):
    """Jobs stay queued, as if the broker were away."""
    monkeypatch.setattr(jobs, "send", lambda public_id: None)


def the_job() -> Job:
    db.session.rollback()
    return db.session.query(Job).one()


def test_a_job_runs_after_the_commit(calls):
    with transaction():
        jobs.enqueue("test.note", dedupe_key="a", thing=7)
        assert calls == []
    assert calls == [{"thing": 7}]
    assert (the_job().status, the_job().result) == (DONE, {"seen": 1})


def test_a_change_that_fails_leaves_no_job(calls):
    with pytest.raises(ZeroDivisionError), transaction():
        jobs.enqueue("test.note", dedupe_key="a")
        raise ZeroDivisionError
    assert calls == []
    assert db.session.query(Job).count() == 0


def test_a_job_outside_of_a_transaction_is_refused(calls):
    with pytest.raises(WriteRefused):
        jobs.enqueue("test.note", dedupe_key="a")


def test_the_same_key_is_the_same_work(calls):
    for _ in range(2):
        with transaction():
            jobs.enqueue("test.note", dedupe_key="a")
    assert len(calls) == 1


def test_running_a_finished_job_again_does_nothing(calls):
    with transaction():
        job = jobs.enqueue("test.note", dedupe_key="a")
    jobs.run(job.public_id)
    assert len(calls) == 1


def test_the_reconciler_sends_what_nobody_picked_up(calls, app, monkeypatch):
    real_send = jobs.send
    monkeypatch.setattr(jobs, "send", lambda public_id: None)
    with transaction():
        jobs.enqueue("test.note", dedupe_key="a")
    monkeypatch.setattr(jobs, "send", real_send)
    assert jobs.reconcile() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        assert jobs.reconcile() == 1
    assert len(calls) == 1


def test_a_job_of_a_killed_worker_is_taken_up_again(calls, not_sent):
    with transaction() as session:
        job = jobs.enqueue("test.note", dedupe_key="a")
        job.status, job.heartbeat_at = RUNNING, clock.now()
        session.flush()
    jobs.run(job.public_id)
    assert calls == []
    with time_machine.travel(clock.now() + jobs.STALE_AFTER + timedelta(seconds=1)):
        jobs.run(job.public_id)
    assert len(calls) == 1


def test_a_job_whose_worker_died_ten_times_is_given_up_and_can_be_started_anew(calls, not_sent):
    with transaction() as session:
        job = jobs.enqueue("test.note", dedupe_key="a")
        job.status, job.heartbeat_at, job.attempts = RUNNING, clock.now(), jobs.MOST_TAKEN - 1
        session.flush()
    with time_machine.travel(clock.now() + jobs.STALE_AFTER + timedelta(seconds=1)):
        assert jobs.reconcile() == 1, "one more try"
        with transaction():
            the_job().attempts = jobs.MOST_TAKEN
        assert jobs.reconcile() == 0
    assert (the_job().status, the_job().error) == (FAILED, "unexpected")
    with transaction():
        jobs.enqueue("test.note", dedupe_key="a")
    assert (the_job().status, the_job().attempts) == (QUEUED, 0)


def test_a_refusal_ends_the_job_with_its_sentence(app, monkeypatch):
    def refuse(job):
        raise DomainError("No such stock", stock="x")

    monkeypatch.setitem(jobs.HANDLERS.get(), "test.refuse", refuse)
    with transaction():
        jobs.enqueue("test.refuse", dedupe_key="a")
    assert (the_job().status, the_job().error, the_job().error_details) == (FAILED, "No such stock", {"stock": "x"})


def test_an_unexpected_error_is_tried_three_times_and_tells_nothing(app, monkeypatch):
    monkeypatch.setitem(jobs.HANDLERS.get(), "test.break", lambda job: 1 / 0)
    with transaction():
        job = jobs.enqueue("test.break", dedupe_key="a")
    assert the_job().status == QUEUED
    for _ in range(2):
        jobs.run(job.public_id)
    assert (the_job().status, the_job().error) == (FAILED, "unexpected")


def test_the_filesystem_queue_takes_a_message(calls, app, tmp_path, monkeypatch):
    monkeypatch.setattr(settings.current(), "jobs_inline", False)
    monkeypatch.setattr(settings.current(), "instance", tmp_path)
    with transaction():
        jobs.enqueue("test.note", dedupe_key="a")
    assert len(list((tmp_path / "queue" / "messages").iterdir())) == 1
    assert the_job().sent_at is not None
