"""A case as one line of a list: what the row shows, worked out once a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from flask_babel import ngettext

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.centres import queries as centres
from admin_app.foundation import clock
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import Role

FAR = timedelta(days=60)
"""Beyond this, calendar days say enough and cost nothing to count."""


@dataclass(frozen=True)
class Row:
    """One line."""

    case: Application
    name: str
    name_latin: str
    days_left: int
    """Working days until due (negative: overdue)."""
    age: str

    @property
    def status_label(self) -> Any:
        """The status in words."""
        return rules.STATUS_LABELS[rules.Status(self.case.status)]

    @property
    def mark(self) -> str:
        """The shape of the status."""
        return rules.STATUS_MARKS[rules.Status(self.case.status)]

    @property
    def reason_label(self) -> Any:
        """Why the resident needs a card."""
        return rules.REASON_LABELS[rules.Reason(self.case.reason)]

    @property
    def channel_label(self) -> Any:
        """Where it came in."""
        return rules.CHANNEL_LABELS[rules.Channel(self.case.channel)]

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands still."""
        return self.case.paused_on is not None


def rows_of(cases: Sequence[Application], *, staff: StaffMember, left: Any = None) -> list[Row]:
    """The lines of `cases` as `staff` may see them; the calendar is read once, or not at all where the page has a counter already."""
    left = left or days_left_counter()
    return [
        Row(case, *shown_name(case.resident, staff), left(case.due_on), age_text(case.submitted_at or case.received_at)) for case in cases
    ]


def days_left_counter() -> Any:
    """A function day -> working days from today until then (past: at least -1, even over a weekend); each day is counted once."""
    calendar, today = centres.calendar(), clock.today()

    @lru_cache(maxsize=1000)
    def left(due_on: date) -> int:
        days = calendar.between(today, due_on) if abs(due_on - today) <= FAR else (due_on - today).days
        return min(days, -1) if due_on < today else days

    return left


def shown_name(resident: Resident, staff: StaffMember) -> tuple[str, str]:
    """The resident's name in both scripts; auditors see who did what, not whom: they get the first character only."""
    if staff.role != Role.AUDITOR:
        return resident.name, resident.name_latin
    return resident.name[:1] + "＊＊", (resident.name_latin[:1] + "***") if resident.name_latin else ""


def age_text(since: datetime) -> str:
    """How long ago, in the largest unit: '3 d', '5 h', '12 min'."""
    minutes = max(0, int((clock.now() - since).total_seconds() // 60))
    if minutes >= 24 * 60:
        days = (clock.today() - clock.to_office(since).date()).days
        return ngettext("%(num)s d", "%(num)s d", max(1, days))
    if minutes >= 60:
        return ngettext("%(num)s h", "%(num)s h", minutes // 60)
    return ngettext("%(num)s min", "%(num)s min", minutes)


def remaining_text(until: datetime | None) -> str:
    """How long a lease still runs, in minutes."""
    if until is None:
        return ""
    return ngettext("%(num)s min left", "%(num)s min left", max(0, int((until - clock.now()).total_seconds() // 60)))
