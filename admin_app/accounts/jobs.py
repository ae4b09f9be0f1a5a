"""Doors: a code leaves for a phone."""

from typing import Any

from admin_app.accounts import queries
from admin_app.accounts.operations import codes
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs.models import Job
from admin_app.notices.operations import gateways


def send_code(job: Job) -> dict[str, Any] | None:
    """Make and hand over the code that was asked for ('request_id'); done again after a worker died, none leaves."""
    number = int(job.arguments["request_id"])
    with transaction():
        message = codes.make(queries.request_numbered(number), is_again=job.attempts > 1)
    if message is None:
        return None
    db.session.rollback()
    outcome = gateways.send(message, queries.way_of_codes())
    with transaction():
        codes.settle(queries.request_numbered(number), outcome)
    return None
