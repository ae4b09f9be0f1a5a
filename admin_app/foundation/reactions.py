"""What follows an action by itself: jobs that are written in the transaction of the action, so that neither happens without the other.

A room says what was done («applications.approved») and knows nothing of who listens; the table is filled where the rooms meet (menu.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from admin_app.foundation import settings
from admin_app.foundation.jobs.operations import HANDLERS, enqueue
from admin_app.foundation.per_app import PerApp


@dataclass(frozen=True)
class Reaction:
    """A job that follows an action, worked out from the row that the action was done to."""

    job: str
    """Name of a registered job."""
    arguments: Callable[[Any], dict[str, Any]]
    """Its arguments: ids only, never personal data."""
    once_for: Callable[[Any], str]
    """What makes two of them the same work: the dedupe key is the job's name and this."""
    waits: bool = True
    """Whether it waits until the action cannot be taken back any more."""
    when: Callable[[Any], bool] = lambda _row: True
    """Whether it follows the action on this row at all."""

    def key(self, row: Any) -> str:
        """The dedupe key of the job."""
        return f"{self.job}:{self.once_for(row)}"


Table = Mapping[str, Sequence[Reaction]]
_TABLE: PerApp[Table] = PerApp("reactions", dict)


class NobodyDoesIt(SystemExit):
    """A reaction names a job without a handler: the application must not start."""


def install(table: Table) -> None:
    """Make `table` (action -> what follows it) the one of the current app, whose jobs are registered already."""
    missing = sorted({one.job for follow in table.values() for one in follow} - HANDLERS.get().keys())
    if missing:
        raise NobodyDoesIt(f"No handler does these jobs: {', '.join(missing)}")
    _TABLE.put(table)


def react(action: str, row: Any, *, by: Any) -> None:
    """Enqueue what follows `action` on `row`, in the open transaction."""
    for one in _TABLE.get().get(action, ()):
        if not one.when(row):
            continue
        enqueue(one.job, dedupe_key=one.key(row), by=by, wait=_window() if one.waits else timedelta(0), **one.arguments(row))


def keys_of(action: str, row: Any) -> list[str]:
    """The dedupe keys of the jobs that wait because of `action` on `row`."""
    return [one.key(row) for one in _TABLE.get().get(action, ()) if one.waits and one.when(row)]


def _window() -> timedelta:
    return timedelta(seconds=settings.current().undo_seconds)
