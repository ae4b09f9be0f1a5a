"""Doors: packages made and answers taken by the worker; doing a job again makes no second package and takes no row twice."""

from collections.abc import Callable
from functools import partial
from typing import Any

from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.production.operations import answers, batches, exporting
from admin_app.production.queries import answers as answer_queries
from admin_app.production.queries import batches as queries

AT_ONCE = 20
"""Rows of an answer that one transaction takes: some tenths of a second of writing."""


def make_package(job: Job) -> dict[str, Any] | None:
    """Make the package of a batch ('batch': its public id): leave out what cannot be made, read, encrypt, write."""
    if not exporting.is_wanted(job):
        return None
    with transaction():
        batch = queries.for_job(str(job.arguments["batch"]))
        left_out = batches.leave_out_unfit(batch) if batch is not None else 0
    order = exporting.order_of(job)
    if order is None:
        return {"cards": 0, "left_out": left_out}
    db.session.rollback()  # no transaction is open while pictures are cut and all is encrypted
    sealed = exporting.make(order, progress=partial(_progress, job, len(order.rows)))
    with transaction():
        return {"cards": len(order.rows), "left_out": left_out} if exporting.finish(job, order, sealed) else None


def _progress(job: Job, total: int, done: int) -> None:
    db.session.rollback()
    jobs.report_progress(job, done, total)


def take_answer(job: Job, *, actor_of: Callable[[int], Actor | None]) -> dict[str, Any] | None:
    """Take the rows of an answer that somebody confirmed ('answer': its public id), some in each transaction."""
    found = answer_queries.for_job(str(job.arguments["answer"]))
    if found is None or found.confirmed_at is None or found.ended_at is not None:
        return None
    who = actor_of(found.confirmed_by_id) if found.confirmed_by_id is not None else None
    by, rows = who or SYSTEM, answer_queries.review(found.batch, answer_queries.rows_of(found)).good
    for start in range(0, len(rows), AT_ONCE):
        with transaction():
            found = answer_queries.for_job(str(job.arguments["answer"]))
            if found is not None:
                answers.take_rows(found, rows[start : start + AT_ONCE], by=by)
        _progress(job, len(rows), min(start + AT_ONCE, len(rows)))
    with transaction():
        found = answer_queries.for_job(str(job.arguments["answer"]))
        if found is None:
            return None
        answers.finish(found, by=by)
        return {"cards": found.taken_count}
