"""Doors: what the office does by itself with what it wrote to residents."""

from typing import Any

from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs.models import Job
from admin_app.notices import operations, queries
from admin_app.notices.operations import gateways, sending


def drop(job: Job) -> dict[str, Any]:
    """What has not left about a case ('case_ref'; of these 'kinds') is not true any more; doing it again changes nothing."""
    with transaction():
        return {"dropped": operations.drop_waiting(str(job.arguments["case_ref"]), job.arguments["kinds"])}


def send(job: Job) -> dict[str, Any] | None:
    """Hand a message ('notice_id') over, between two short transactions. Done again after a worker died, it says that nobody knows."""
    number = int(job.arguments["notice_id"])
    with transaction():
        message = sending.take(queries.message(number), is_again=job.attempts > 1)
    if message is None:
        return None
    db.session.rollback()
    outcome = gateways.send(message)
    with transaction():
        sending.settle(queries.message(number), outcome)
    return {"result": str(outcome.result)}
