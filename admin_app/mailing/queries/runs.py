"""The job that puts all ready cards into batches."""

from typing import Any

from sqlalchemy import Select, select

from admin_app.foundation.database import db
from admin_app.foundation.jobs.models import QUEUED, RUNNING, Job

JOB = "mailing.open_all"


def working() -> Job | None:
    """The one that waits or is being done."""
    active = select(Job).where(Job.status.in_((QUEUED, RUNNING)), Job.name == JOB)
    return db.session.scalar(active.order_by(Job.id.desc()).limit(1))


def arguments_of(job: Job) -> Select[tuple[dict[str, Any]]]:
    """What stands in the job now: what is wanted, and how far it has come."""
    return select(Job.arguments).where(Job.id == job.id)
