"""Door: the daily run, a job that goes on where it was stopped and enters one line into the log at its end."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from admin_app.audit import queries as audit_queries
from admin_app.foundation import clock
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.per_app import PerApp
from admin_app.retention import operations, queries

EVERY = timedelta(days=1)
LOOKS = timedelta(minutes=10)
"""How often the clock asks the log when the last run was."""
_NEXT: PerApp[datetime | None] = PerApp("retention.next_look", lambda: None)


def order_when_due() -> None:
    """Order the daily run, a day after the last one; for the clock."""
    due, now = _NEXT.get(), clock.now()
    if due is not None and due - LOOKS <= now < due:
        return
    _NEXT.put(now + LOOKS)
    last = audit_queries.last_check(operations.ACTION)
    db.session.rollback()
    if last is None or last.at <= now - EVERY:
        with transaction():
            operations.order_run(clock.today().isoformat())


def apply(job: Job) -> dict[str, Any]:
    """Delete what is due. The counts are kept with each batch, so that a run that was killed ends with all of them."""
    job_id = job.id
    counts: dict[str, int] = dict(job.arguments.get("deleted", {}))
    is_recorded = bool(job.arguments.get("is_recorded"))
    db.session.rollback()
    if is_recorded:
        return counts
    for code in queries.DUE:
        counts.setdefault(code, 0)
        while True:
            with transaction():
                deleted = operations.delete_due(code, by=SYSTEM)
                counts[code] += deleted
                _keep(job_id, deleted=counts)
            if not deleted:
                break
    with transaction():
        operations.record_run(counts, by=SYSTEM)
        _keep(job_id, deleted=counts, is_recorded=True)
    return counts


def _keep(job_id: int, **arguments: Any) -> None:
    db.session.execute(update(Job).where(Job.id == job_id).values(arguments=arguments))
