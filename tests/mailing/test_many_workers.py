"""Many workers that get the same label jobs several times and break down between printing and confirming: each label is there once."""

import random
from threading import Lock
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.mailing import jobs as doors
from admin_app.mailing.models import Label, Parcel
from admin_app.mailing.operations import labels
from admin_app.staff.models import StaffMember
from tests.at_once import at_once
from tests.factories.mailing import open_batch, ready_cards

DELIVERED = 3
"""How often each job is handed out."""


@pytest.mark.parametrize(("workers", "count"), [(6, 4), pytest.param(32, 60, marks=pytest.mark.proof)])
def test_each_label_is_printed_once_and_told_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch, clerk: StaffMember, mailer: StaffMember, centre: Centre, workers: int, count: int
) -> None:
    ordered = [ordered_batch(clerk, mailer, centre, monkeypatch) for _number in range(count)]
    break_down_once(monkeypatch)
    deliveries = ordered * DELIVERED
    random.Random(44).shuffle(deliveries)
    at_once(app, [lambda share=deliveries[place::workers]: work(share) for place in range(workers)])
    for job in ordered:  # what broke down is handed out once more
        work([job])
    printed = db.session.scalar(sa.select(sa.func.count(Label.id)).where(Label.copy == 1))
    told = db.session.scalar(sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.action == "mailing.parcel_labelled"))
    assert (printed, told) == (2 * count, 2 * count)
    assert set(db.session.scalars(sa.select(sa.func.count(Label.id)).group_by(Label.parcel_id))) == {1}
    assert set(db.session.scalars(sa.select(Parcel.status))) == {"labelled"}


def ordered_batch(clerk: StaffMember, mailer: StaffMember, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> int:
    """The id of the job of a batch of two; nobody has done it yet."""
    monkeypatch.setattr(jobs, "run", lambda _public_id: None)
    batch = open_batch(ready_cards(2, clerk, centre, mailer), mailer)
    with transaction():
        return labels.print_labels(batch, by=mailer).id


def break_down_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first worker of every second job breaks down when all is printed and nothing is confirmed."""
    finish, guard, broken = labels.finish_batch, Lock(), set[int]()

    def once(job: Job, *rest: Any) -> Any:
        with guard:
            is_first = job.id % 2 == 0 and job.id not in broken
            broken.add(job.id)
        if is_first:
            raise KeyboardInterrupt
        return finish(job, *rest)

    monkeypatch.setattr(labels, "finish_batch", once)


def work(share: list[int]) -> None:
    """Do the jobs, whether or not somebody else does them."""
    for job_id in share:
        job = db.session.get_one(Job, job_id)
        db.session.expunge(job)
        try:
            doors.render_labels(job)
        except KeyboardInterrupt:
            db.session.rollback()


def test_control_a_label_that_is_there_twice_is_refused_by_the_table(
    app: Flask, monkeypatch: pytest.MonkeyPatch, clerk: StaffMember, mailer: StaffMember, centre: Centre
) -> None:
    work([ordered_batch(clerk, mailer, centre, monkeypatch)])
    again = sa.insert(Label).from_select(
        ["parcel_id", "code", "copy", "created_at"], sa.select(Label.parcel_id, Label.code + "X", Label.copy, Label.created_at)
    )
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(again)
