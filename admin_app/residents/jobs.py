"""Doors: what the clock finds in the notes about who looked at whom."""

from datetime import datetime, timedelta

from admin_app.foundation import clock
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import transaction
from admin_app.foundation.per_app import PerApp
from admin_app.residents import operations, queries

EVERY = timedelta(seconds=30)
_NEXT: PerApp[datetime | None] = PerApp("residents.next_alarms", lambda: None)


def raise_alarms() -> int:
    """Raise every alarm of the day that was not raised yet, each half minute; returns how many."""
    due = _NEXT.get()
    if due is not None and due - EVERY <= clock.now() < due:  # a clock that went back does not stop them
        return 0
    _NEXT.put(clock.now() + EVERY)
    new = queries.new_alarms(clock.today())
    if new:
        with transaction():
            for alarm in new:
                operations.raise_alarm(alarm, by=SYSTEM)
    return len(new)
