"""Doors: the work that the office does by itself for cards."""

from typing import Any

from admin_app.cards import operations, queries
from admin_app.foundation.database import transaction
from admin_app.foundation.jobs.models import Job


def request_card(job: Job) -> dict[str, Any] | None:
    """Ask for the card of an approved application ('application_id'); doing it again changes nothing."""
    with transaction():
        application = queries.application_to_card(int(job.arguments["application_id"]))
        if application is None:
            return None
        return {"card": operations.request_card(application).public_id}
