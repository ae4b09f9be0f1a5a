"""Jobs are written with the change, done once, and never lost."""

import threading
from datetime import timedelta

import pytest
import time_machine

from admin_app.foundation import clock, settings
from admin_app.foundation.database import WriteRefused, db, transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.jobs import commands, worker
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
    """Jobs stay queued, as if the broker were away; what rang is noted."""
    rings = []
    monkeypatch.setattr(settings.current(), "jobs_inline", False)
    monkeypatch.setattr(worker, "ring", lambda: rings.append(1))
    return rings


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


def test_however_many_jobs_a_transaction_enqueues_the_workers_are_told_once(not_sent):
    with transaction():
        for number in range(5):
            jobs.enqueue("test.note", dedupe_key=f"job {number}")
    assert len(not_sent) == 1


def test_a_worker_does_everything_that_is_due_the_longest_due_first(calls, app, not_sent):
    for number in range(3):
        with transaction():
            jobs.enqueue("test.note", dedupe_key=f"job {number}", thing=number)
    commands.work(app, threading.Event())
    assert [call["thing"] for call in calls] == [0, 1, 2]
    assert {job.status for job in db.session.query(Job)} == {DONE}


def test_whoever_finds_more_than_one_job_wakes_one_more_thread(calls, app, not_sent):
    with transaction():
        for number in range(3):
            jobs.enqueue("test.note", dedupe_key=f"job {number}")
    commands.work(app, threading.Event())
    assert len(not_sent) == 2, "one for the transaction, one for the colleague"


def test_a_worker_that_is_stopped_finishes_its_job_and_takes_no_other(app, not_sent, monkeypatch):
    stopping = threading.Event()
    monkeypatch.setitem(jobs.HANDLERS.get(), "test.stop", lambda job: stopping.set())
    for number in range(2):
        with transaction():
            jobs.enqueue("test.stop", dedupe_key=f"job {number}")
    commands.work(app, stopping)
    db.session.rollback()
    assert [job.status for job in db.session.query(Job).order_by(Job.id)] == [DONE, QUEUED]


def test_the_reconciler_wakes_workers_for_what_nobody_picked_up(calls, app, not_sent, monkeypatch):
    with transaction():
        jobs.enqueue("test.note", dedupe_key="a")
    monkeypatch.setattr(settings.current(), "jobs_inline", True)
    assert jobs.reconcile() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        assert jobs.reconcile() == 1
    assert len(calls) == 1


def test_a_job_of_a_killed_worker_is_taken_up_again(calls, app, not_sent):
    with transaction() as session:
        job = jobs.enqueue("test.note", dedupe_key="a")
        job.status, job.heartbeat_at = RUNNING, clock.now()
        session.flush()
    jobs.reconcile()
    jobs.run(job.public_id)
    assert calls == []
    with time_machine.travel(clock.now() + jobs.STALE_AFTER + timedelta(seconds=1)):
        jobs.reconcile()
        jobs.run(job.public_id)
    assert len(calls) == 1


def test_a_worker_that_was_taken_for_dead_does_not_overwrite_how_the_job_ended(calls, not_sent):
    with transaction():
        jobs.enqueue("test.note", dedupe_key="a")
    slow = jobs.take_next()
    with time_machine.travel(clock.now() + jobs.STALE_AFTER + timedelta(seconds=1)):
        jobs.reconcile()
        jobs.record(jobs.perform(jobs.take_next()))
    assert the_job().result == {"seen": 1}
    jobs.record(jobs.perform(slow))
    assert the_job().result == {"seen": 1}


def test_a_job_whose_worker_died_ten_times_is_given_up_and_can_be_started_anew(calls, not_sent):
    with transaction() as session:
        job = jobs.enqueue("test.note", dedupe_key="a")
        job.status, job.heartbeat_at, job.attempts = RUNNING, clock.now(), jobs.MOST_TAKEN - 1
        session.flush()
    with time_machine.travel(clock.now() + jobs.STALE_AFTER + timedelta(seconds=1)):
        assert jobs.reconcile() == 1, "one more try"
        with transaction():
            again = the_job()
            again.status, again.attempts = RUNNING, jobs.MOST_TAKEN
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


def test_an_error_makes_a_job_wait_longer_each_time(app, not_sent, monkeypatch):
    monkeypatch.setitem(jobs.HANDLERS.get(), "test.break", lambda job: 1 / 0)
    with transaction():
        jobs.enqueue("test.break", dedupe_key="a")
    with time_machine.travel(clock.now() + timedelta(seconds=1), tick=False):
        jobs.record(jobs.perform(jobs.take_next()))
        assert the_job().due_at - clock.now() == jobs.RETRY_AFTER
        assert jobs.take_next() is None
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        jobs.record(jobs.perform(jobs.take_next()))
        assert the_job().due_at - clock.now() == 2 * jobs.RETRY_AFTER


def test_many_workers_at_once_take_each_job_once(calls, app, not_sent):
    with transaction():
        for number in range(40):
            jobs.enqueue("test.note", dedupe_key=f"job {number}", thing=number)
    threads = [threading.Thread(target=commands.work, args=(app, threading.Event())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(call["thing"] for call in calls) == list(range(40))


@pytest.mark.parametrize("address", ["", "filesystem://"])
def test_the_queue_of_files_lies_in_the_instance_folder(calls, app, tmp_path, monkeypatch, address):
    monkeypatch.setattr(settings.current(), "jobs_inline", False)
    monkeypatch.setattr(settings.current(), "broker_url", address)
    monkeypatch.setattr(settings.current(), "instance", tmp_path)
    with transaction():
        jobs.enqueue("test.note", dedupe_key="a")
    assert len(list((tmp_path / "queue" / "messages").iterdir())) == 1


def test_messages_that_nobody_hears_do_not_pile_up(calls, app, tmp_path, monkeypatch):
    monkeypatch.setattr(settings.current(), "jobs_inline", False)
    monkeypatch.setattr(settings.current(), "instance", tmp_path)
    with transaction():
        jobs.enqueue("test.note", dedupe_key="a")
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        for _tick in range(3):
            assert jobs.reconcile() == 1
    assert len(list((tmp_path / "queue" / "messages").iterdir())) == 1
    (next((tmp_path / "queue" / "messages").iterdir())).unlink()
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        jobs.reconcile()
    assert len(list((tmp_path / "queue" / "messages").iterdir())) == 1, "control: a lost message is rung again"


def test_a_job_that_must_wait_is_told_to_nobody_and_taken_by_nobody_before_its_time(calls, not_sent):
    with transaction():
        jobs.enqueue("test.note", dedupe_key="a", wait=timedelta(seconds=10))
    assert (not_sent, jobs.take_next(), jobs.reconcile()) == ([], None, 0)
    with time_machine.travel(clock.now() + timedelta(seconds=10), tick=False):
        assert jobs.reconcile() == 1
        assert jobs.take_next().name == "test.note"


def test_jobs_that_nobody_has_begun_are_struck(calls, not_sent):
    with transaction():
        for key in "ab":
            jobs.enqueue("test.note", dedupe_key=key, wait=timedelta(seconds=10))
    with transaction():
        assert jobs.strike(["a", "b"])
    assert db.session.query(Job).count() == 0


@pytest.mark.parametrize("keys", [["a", "b"], ["b"]])
def test_a_job_that_has_begun_or_is_gone_is_not_struck(keys, calls, not_sent):
    with transaction():
        jobs.enqueue("test.note", dedupe_key="a")
    jobs.take_next()
    with transaction():
        assert not jobs.strike(keys)
