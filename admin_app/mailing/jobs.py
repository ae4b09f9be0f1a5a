"""Doors: the printing of labels, done by the worker; doing a job again gives the same labels, never a second set."""

from typing import Any

from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage import operations as storage
from admin_app.mailing.operations import labels


def render_labels(job: Job) -> dict[str, Any] | None:
    """Print the labels of a batch ('batch': its public id)."""
    order = labels.order_of(job)
    if order is None:
        return None
    prepared = _printed(job, order)
    with transaction():
        return {"labels": len(order.labels)} if labels.finish_batch(job, order, prepared) else None


def render_reprint(job: Job) -> dict[str, Any] | None:
    """Print one label again ('label': its code)."""
    order = labels.reprint_order(job)
    if order is None:
        return None
    prepared = _printed(job, order)
    with transaction():
        return {"labels": 1} if labels.finish_reprint(order, prepared) else None


def _printed(job: Job, order: labels.PrintOrder) -> storage.Prepared:
    """The stored PDF. The read transaction is ended first: printing takes seconds, and nobody should wait for it."""
    db.session.rollback()
    jobs.report_progress(job, 0, len(order.labels))
    data = labels.render(order, progress=lambda done, total: jobs.report_progress(job, done, total))
    return storage.prepare_generated(data, f"{order.reference}.pdf")
