"""What faults left behind is found again by one turn of the clock, all of it, and nothing else is taken for it."""

import os
import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import DONE, QUEUED, RUNNING, Job
from admin_app.foundation.storage import objects, operations
from admin_app.foundation.storage.models import StoredFile
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_ready_case
from tests.factories.foundation import make_file, make_job
from tests.faults.inspection import decision_faults, job_faults

MANY = 100
LONG_AGO = timedelta(days=2)


@pytest.fixture(autouse=True)
def few_objects(own_store):
    """A store of this test's own, in which a hundred objects are no large part."""


def put(count: int, *, with_row: bool) -> list[str]:
    """So many old objects; their SHA-256."""
    made = [objects.store().put(secrets.token_bytes(64)) for _number in range(count)]
    for sha256 in made:
        os.utime(objects.store()._path(sha256), (0, 0))
    for sha256 in made if with_row else ():
        make_file(sha256=sha256)
    return made


def looked() -> list[str]:
    """What one whole walk along the rows finds missing."""
    found = operations.look_for_missing()
    while operations.LOOKED_UP_TO.get():
        found += operations.look_for_missing()
    return found


def test_a_hundred_objects_without_a_row_go_and_no_other(app: Flask):
    kept, young = put(60, with_row=True), objects.store().put(b"young")
    lonely = put(MANY, with_row=False)
    assert operations.sweep_orphans() == MANY
    assert [objects.store().exists(one) for one in lonely] == [False] * MANY
    assert all(objects.store().exists(one) for one in [*kept, young])


def test_a_hundred_files_that_were_left_half_written_go(app: Flask):
    put(1, with_row=True)
    folder = Path(objects.store().root) / objects.UNFINISHED
    for number in range(MANY):
        (folder / str(number)).write_bytes(b"half")
        os.utime(folder / str(number), (0, 0))
    (folder / "young").write_bytes(b"half")
    assert operations.sweep_orphans() == 0 and [one.name for one in folder.iterdir()] == ["young"]


def test_a_hundred_rows_without_an_object_are_named_and_no_other(app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(operations, "LOOKED_AT", 30)
    put(60, with_row=True)
    gone = {make_file().public_id for _number in range(MANY)}
    put(5, with_row=True)
    found = looked()
    assert (set(found), len(found)) == (gone, MANY)


def test_a_hundred_jobs_that_nobody_heard_of_and_a_hundred_whose_worker_died_are_done(app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(jobs.HANDLERS.get(), "none", lambda _job: {})
    past = clock.now() - LONG_AGO
    for _number in range(MANY):
        make_job(status=QUEUED, due_at=past)
        make_job(status=RUNNING, due_at=past, heartbeat_at=past, attempts=1)
    alive = make_job(status=RUNNING, due_at=past, heartbeat_at=clock.now(), attempts=1).id
    db.session.rollback()
    assert jobs.reconcile() == 2 * MANY
    db.session.rollback()
    counts = dict(db.session.execute(select(Job.status, func.count()).where(Job.name == "none").group_by(Job.status)).all())
    assert counts == {DONE: 2 * MANY, RUNNING: 1} and db.session.get_one(Job, alive).status == RUNNING


def test_an_office_without_leftovers_raises_no_false_alarm(app: Flask, clerk: StaffMember, reviewer: StaffMember, centre: Centre):
    put(60, with_row=True)
    case = make_ready_case(clerk, reviewer, centre)
    with transaction() as session:
        session.execute(
            update(StoredFile).where(StoredFile.id.in_([one.file_id for one in case.documents])).values(sha256=put(1, with_row=False)[0])
        )
    assert (operations.sweep_orphans(), looked(), jobs.reconcile(), decision_faults(), job_faults()) == (0, [], 0, [], [])
