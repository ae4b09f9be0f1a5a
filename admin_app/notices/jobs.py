"""Doors: what the office does by itself with what it wrote to residents."""

from typing import Any

from admin_app.foundation.database import transaction
from admin_app.foundation.jobs.models import Job
from admin_app.notices import operations


def drop(job: Job) -> dict[str, Any]:
    """What has not left about a case ('case_ref'; of these 'kinds') is not true any more; doing it again changes nothing."""
    with transaction():
        return {"dropped": operations.drop_waiting(str(job.arguments["case_ref"]), job.arguments["kinds"])}
