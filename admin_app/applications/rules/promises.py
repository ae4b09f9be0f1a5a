"""The days that a case was promised: what they were counted from, and how a calendar counts them.

Nothing but the case and the calendar is asked, so that counting twice with the same calendar changes nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from admin_app.centres.rules import WorkingCalendar
from admin_app.foundation import clock

Stop = Mapping[str, Any]
"""A time for which the clock stood still: `since`, `until` (days as text) and `days`, the working days in it as they were counted last."""
PROMISED = ("due_on", "statutory_on", "answer_by")
"""Columns of a case that somebody was told."""


def stop(since: date, until: date, calendar: WorkingCalendar) -> Stop:
    """The clock stood still from `since` to `until`."""
    return {"since": since.isoformat(), "until": until.isoformat(), "days": calendar.between(since, until)}


def counted(case: Any, calendar: WorkingCalendar, *, ended: Stop | None = None) -> dict[str, Any]:
    """Columns of an open case as the calendar counts them; `ended`: the clock goes on after this stop.

    `case`: an Application, or a row with its columns. A case that was promised a day before lengths were kept has none of those that are
    missing. The last day for an answer is never brought forward: the resident was told the later one.
    """
    again = [stop(date.fromisoformat(one["since"]), date.fromisoformat(one["until"]), calendar) for one in case.clock_stops]
    stops = [*again, *([ended] if ended else [])]
    values: dict[str, Any] = {"clock_stops": stops, "paused_days": case.paused_days + _days(stops) - _days(case.clock_stops)}
    if case.promised_in is not None:
        own = _days(one for one in stops if one["since"] >= case.clock_from.isoformat())  # a reopened case begins anew
        values["due_on"] = calendar.add(case.clock_from, case.promised_in + own)
    if case.statutory_in is not None:
        values["statutory_on"] = calendar.add(clock.to_office(case.submitted_at).date(), case.statutory_in + _days(stops))
    if case.paused_on is not None and case.answer_in is not None:
        values["answer_by"] = max(case.answer_by, calendar.add(case.paused_on, case.answer_in))
    return values


def moves(case: Any, calendar: WorkingCalendar) -> dict[str, Any]:
    """Of counted(): what is not what stands there."""
    return {name: value for name, value in counted(case, calendar).items() if getattr(case, name) != value}


def _days(stops: Iterable[Stop]) -> int:
    return sum(one["days"] for one in stops)
