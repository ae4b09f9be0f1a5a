"""Periods, percentiles, age bands and trends of the reports; tables and pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l

from admin_app.cards.rules import FAULT_LABELS
from admin_app.centres.rules import LONGEST_WAIT, WorkingCalendar

ONE_DAY = timedelta(days=1)
LONGEST_PERIOD_DAYS = 366
EARLIEST_DAY = date(2000, 1, 1)
"""No report reaches further back."""
AGE_BANDS = (5, 10, 20)
"""Upper ends, in working days, of the bands of the backlog; the last band is open."""

PRESETS = {
    "week": _l("This week"),
    "month": _l("This month"),
    "days30": _l("Last 30 days"),
    "days90": _l("Last 90 days"),
}
STANDARD_PRESET = "days30"

STAGE_LABELS = {
    "decision": _l("Submitted → decided"),
    "post": _l("Approved → posted"),
    "whole": _l("Received → posted"),
}
OUTCOME_LABELS = {"reject": _l("Rejected"), "request_information": _l("Asked for information")}
"""Decisions that are not approvals, by kind."""
NOT_SAID = "not_said"
FAULTS = {**FAULT_LABELS, NOT_SAID: _l("Not said")}
"""Because of whom a card was made once more, as the address of a list says it: the office keeps '' where nobody said."""
DEFINITIONS = {
    "flow": _l(
        "Each application counts on the day it was received, on the day it was approved or rejected, and on the day its card was posted; "
        "drafts and withdrawn cases are not decisions."
    ),
    "backlog": _l("All cases open right now, whatever the period, by working days since they were received."),
    "stages": _l(
        "Cases decided or posted in the period. Half of them took at most p50, nine in ten at most p90 working days; "
        "days on which the resident owed something do not count."
    ),
    "outcomes": _l("Coded reasons of the rejections and requests for information in the period; a decision with two reasons counts twice."),
    "returns": _l(
        "Parcels scanned at the returns desk in each month, by what the post wrote on them; a card that came back twice counts twice."
    ),
    "faults": _l(
        "Cards requested in each month in the place of another one, by whom they are put down to, with the cost that was booked for them."
    ),
    "makers": _l(
        "Of the cards made once more those that are put down to the maker, by the maker that had the card before; cost where it was booked."
    ),
    "on_time": _l("Share of the cases decided in the period whose decision came on the promised day or earlier."),
}
"""What each figure counts, in one sentence."""


@dataclass(frozen=True)
class Period:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    @property
    def length(self) -> int:
        """How many days."""
        return (self.end - self.start).days + 1

    @property
    def days(self) -> list[date]:
        """Every day of the period."""
        return [self.start + timedelta(days=n) for n in range(self.length)]

    def before(self) -> "Period":
        """The period of the same length that ends the day before this one starts."""
        return Period(self.start - timedelta(days=self.length), self.start - ONE_DAY)


def preset_period(preset: str, today: date) -> Period:
    """The days that a preset stands for; every preset ends today. KeyError for a name that is none."""
    starts = {
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "days30": today - timedelta(days=29),
        "days90": today - timedelta(days=89),
    }
    return Period(starts[preset], today)


def month_of(day: date) -> Period:
    """The calendar month that `day` lies in."""
    start = day.replace(day=1)
    return Period(start, (start + timedelta(days=32)).replace(day=1) - ONE_DAY)


def months_of(period: Period) -> list[Period]:
    """The part of each calendar month that lies inside the period, the first one first."""
    found = [Period(period.start, min(month_of(period.start).end, period.end))]
    while found[-1].end < period.end:
        start = found[-1].end + ONE_DAY
        found.append(Period(start, min(month_of(start).end, period.end)))
    return found


def kept(fault: str) -> str:
    """What the office keeps of a word of FAULTS."""
    return "" if fault == NOT_SAID else fault


def months_back(today: date, count: int) -> list[date]:
    """The first days of the last `count` months, this month first."""
    found = [today.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - ONE_DAY).replace(day=1))
    return found


def percentile(histogram: Mapping[int, int], share: float) -> float | None:
    """The smallest value that at least `share` (0..1) of the cases do not exceed (nearest rank); None without cases."""
    total = sum(histogram.values())
    if not total:
        return None
    reached = 0
    for value in sorted(histogram):
        reached += histogram[value]
        if reached >= share * total:
            return float(value)
    return float(max(histogram))


def bands(ages: Iterable[tuple[int, int]]) -> tuple[int, int, int, int]:
    """Sum (age in working days, cases) into the four bands of the backlog."""
    counts = [0, 0, 0, 0]
    for age, cases in ages:
        counts[sum(age > limit for limit in AGE_BANDS)] += cases
    return counts[0], counts[1], counts[2], counts[3]


class WorkingDays:
    """Working days between days of one stretch: each day is looked up once, so that many pairs cost little."""

    def __init__(self, calendar: WorkingCalendar, first: date, last: date) -> None:
        self._first = max(first, last - timedelta(days=LONGEST_WAIT))
        self._numbers: dict[date, int] = {}
        number, day = 0, self._first
        while day <= last:
            number += calendar.is_working_day(day)
            self._numbers[day] = number
            day += ONE_DAY

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 if `end` is not later. KeyError if `end` lies beyond the stretch."""
        return max(0, self._numbers[end] - self._numbers[max(start, self._first)]) if end > start else 0

    def band_days(self, today: date) -> tuple[tuple[date | None, date | None], ...]:
        """For each age band the first and last day of receipt (None: open end)."""
        firsts = [min((day for day in self._numbers if self.between(day, today) <= limit), default=today) for limit in AGE_BANDS]
        ends = [None, *(first - ONE_DAY for first in firsts)]
        return tuple(zip([*firsts, None], ends, strict=True))


@dataclass(frozen=True)
class Trend:
    """A figure against the period before: ready text, 'up', 'down' or '' (it stands), and whether that is good (None: neither)."""

    text: str
    direction: str = ""
    is_good: bool | None = None


def change(now: float | None, before: float | None) -> float | None:
    """Relative change (0.04 = 4 % more); None where there is nothing to compare with."""
    return (now - before) / before if now is not None and before else None


def trend(difference: float | None, text: str, *, more_is_good: bool | None) -> Trend | None:
    """A trend that says `text` with the amount of `difference` in it ({}); None where there is nothing to compare with."""
    if difference is None:
        return None
    shown = text.format(f"{abs(difference):,.1f}")
    if round(abs(difference), 1) == 0:
        return Trend(shown)
    rises = difference > 0
    return Trend(shown, "up" if rises else "down", None if more_is_good is None else rises == more_is_good)
