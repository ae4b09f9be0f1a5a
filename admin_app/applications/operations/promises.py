"""The calendar changed: the days that open cases were promised follow it, some hundred at a time."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.operations import moves
from admin_app.applications.queries import promises
from admin_app.applications.queries.promises import Place
from admin_app.audit import operations as audit
from admin_app.centres import queries as centres
from admin_app.centres.rules import WorkingCalendar, official_days
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.staff.permissions import verb

JOB = "applications.recount"
BATCH = 200


class Change(NamedTuple):
    """What changed in the calendar."""

    reference: str
    """What the log calls it: a day or a year."""
    facts: Mapping[str, Any] = {}
    """What the timeline of a case says of it; nothing where nobody changed anything by hand."""
    lines: Sequence[Mapping[str, Any]] = ()
    """The holidays, where it is the notice of a year: a timeline names those that lie between."""


@verb("applications.recount")
def recount(*, after: Place | None, change: Change, by: Actor = SYSTEM, limit: int = BATCH) -> tuple[Place | None, int]:
    """Count the days of the next open cases anew; returns behind which case to go on (None: that was the last) and how many moved.

    A case that stands right already is not touched, so that doing it again does no harm; no case's version is raised: whoever has one
    open goes on with it.
    """
    calendar = centres.calendar()
    page = promises.page(after, limit=limit)
    wrong = [case.id for case in page if rules.moves(case, calendar)]
    moved = sum(_move(case, calendar, change, by=by) for case in promises.locked(wrong)) if wrong else 0
    return ((page[-1].due_on, page[-1].id) if len(page) == limit else None), moved


@verb("applications.recount")
def record_recount(moved: int, change: Change, *, by: Actor = SYSTEM) -> None:
    """One entry beside the change of the calendar that says how many cases moved."""
    facts = {"because": dict(change.facts)} if change.facts else {}
    audit.record("calendar.followed", "calendar", change.reference, by=by, changes={"moved": moved} | facts)


def _move(application: Application, calendar: WorkingCalendar, change: Change, *, by: Actor) -> bool:
    values = rules.moves(application, calendar)
    days = {name: [getattr(application, name), values[name]] for name in rules.PROMISED if name in values}
    for name, value in values.items():
        setattr(application, name, value)
    if days:
        told = {name: [day.isoformat() for day in both] for name, both in days.items()}
        because = {"because": dict(change.facts) | _named(change, application, max(map(max, days.values())))} if change.facts else {}
        moves.record(application, "applications.recounted", by=by, changes=told | because)
    return bool(days)


def _named(change: Change, application: Application, last: date) -> dict[str, Any]:
    """Which holidays of a notice lie between the beginning of the case and its last day."""
    first = application.clock_from or application.received_on
    names = [line["name"] for line in change.lines if any(first < day <= last for day in official_days([line]))]
    return {"names": names} if names else {}
