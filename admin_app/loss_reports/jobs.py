"""Doors: what the clock does to loss reports."""

from admin_app.foundation.database import transaction
from admin_app.loss_reports import operations, queries


def lapse_due() -> int:
    """Let provisional reports lapse whose time has run out; returns how many. Opens no transaction when there is nothing to do."""
    lapsed = 0
    while queries.due_to_lapse(limit=1):
        with transaction():
            lapsed += operations.lapse_due()
    return lapsed
