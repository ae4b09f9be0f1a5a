"""A case as one line of a list: what the row shows, worked out once a page."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from flask_babel import get_translations

from admin_app.applications import rules
from admin_app.applications.queries.queue import Line
from admin_app.centres import queries as centres
from admin_app.centres.rules import WorkingCalendar
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.i18n import language, pick, words
from admin_app.residents import rules as resident_rules

FAR = timedelta(days=60)
"""Beyond this, calendar days say enough and cost nothing to count."""


class Row(NamedTuple):
    """One line, in the reader's language."""

    case: Line
    name: str
    name_latin: str
    days_left: int
    """Working days until due (negative: overdue)."""
    age: str
    status_label: str
    mark: str
    """The shape of the status."""
    reason_label: str
    channel_label: str
    centre: str
    owner: str
    """Who holds the case; empty: nobody."""
    is_paused: bool
    """Whether the clock stands still."""


def rows_of(cases: Sequence[Line], *, staff: Actor, left: Any = None) -> list[Row]:
    """The lines of `cases` (queries.queue.LINE) as `staff` may see them.

    The calendar is read once, or not at all where the page has a counter already.
    """
    left, age, code = left or days_left_counter(), age_counter(), language()
    status, reason, channel = words(rules.STATUS_LABELS), words(rules.REASON_LABELS), words(rules.CHANNEL_LABELS)
    return [
        Row(
            case, *resident_rules.shown_names(case, staff), left(case.due_on), age(case.submitted_at or case.received_at),
            status[case.status], rules.STATUS_MARKS[case.status], reason[case.reason], channel[case.channel],
            pick(case, "centre_name", code), pick(case, "owner_name", code) or case.owner_username or "", case.paused_on is not None,
        )
        for case in cases
    ]  # fmt: skip


def days_left_counter() -> Callable[[date], int]:
    """A function day -> working days from today until then (past: at least -1, even over a weekend); each day is counted once."""
    return _days_left(centres.calendar(), clock.today())


@lru_cache(maxsize=8)
def _days_left(calendar: WorkingCalendar, today: date) -> Callable[[date], int]:
    @lru_cache(maxsize=1000)
    def left(due_on: date) -> int:
        days = calendar.between(today, due_on) if abs(due_on - today) <= FAR else (due_on - today).days
        return min(days, -1) if due_on < today else days

    return left


def age_counter() -> Callable[[datetime], str]:
    """A function moment -> how long ago, in the largest unit: '3 d', '5 h', '12 min'."""
    now, today, zone, texts = clock.now(), clock.today(), clock.office_zone(), get_translations()

    def age(since: datetime) -> str:
        minutes = max(0, int((now - since).total_seconds() // 60))
        if minutes >= 24 * 60:
            days = max(1, (today - since.astimezone(zone).date()).days)
            return str(texts.ungettext("%(num)s d", "%(num)s d", days) % {"num": days})
        if minutes >= 60:
            return str(texts.ungettext("%(num)s h", "%(num)s h", minutes // 60) % {"num": minutes // 60})
        return str(texts.ungettext("%(num)s min", "%(num)s min", minutes) % {"num": minutes})

    return age
