"""Doors: the work that the office does by itself for cases."""

from typing import Any

from admin_app.applications.models import Application
from admin_app.applications.operations import posting
from admin_app.applications.operations import waiting as operations
from admin_app.applications.queries import waiting
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs.models import Job


def conclude_loss_report(job: Job) -> dict[str, Any] | None:
    """The card of the case ('application_id') has left: its loss report has served; doing it again changes nothing."""
    with transaction():
        case = db.session.get_one(Application, int(job.arguments["application_id"]))
        posting.conclude_loss_report(case, by=SYSTEM)
    return None


def lapse_due() -> int:
    """Let cases lapse whose residents brought nothing in time; returns how many. Opens no transaction when there is nothing to do."""
    lapsed = 0
    while waiting.due_to_lapse(limit=1):
        with transaction():
            lapsed += operations.lapse_due()
    return lapsed
