"""The office's days and hours: when applications come in, and moments on the office's clock."""

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from random import Random
from zoneinfo import ZoneInfo

from admin_app.centres.rules import WorkingCalendar

HISTORY_DAYS = 120
_MARGIN = 90
_BY_WEEKDAY = (1.28, 1.12, 1.0, 0.96, 0.9, 0.9, 0.9)
_DAY_OFF = 0.13
"""share of a normal day that comes in, online, while the office is closed"""
_FEW = 2_000
_RECENT_DAYS, _RECENT_BOOST = 10, 2.1
# minutes of the day and the share of the day's applications that has come in by then
_OPENING = ((480, 0.0), (540, 0.05), (690, 0.5), (720, 0.55), (810, 0.6), (990, 0.93), (1020, 0.96), (1290, 1.0))


class OfficeDays:
    """Days around the history with their working days counted once, as WorkingCalendar would count them."""

    def __init__(self, *, now: dt.datetime, zone: ZoneInfo, calendar: WorkingCalendar) -> None:
        self.now, self.zone = now, zone
        self.today = now.astimezone(zone).date()
        self._first = self.today - dt.timedelta(days=HISTORY_DAYS + _MARGIN)
        days = [self._first + dt.timedelta(days=number) for number in range(HISTORY_DAYS + 3 * _MARGIN)]
        self._works = [calendar.is_working_day(day) for day in days]
        self._count = list(accumulate(self._works))
        self._working = [day for day, is_open in zip(days, self._works, strict=True) if is_open]
        self._midnights = [dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC) for day in days]

    def is_working(self, day: dt.date) -> bool:
        """Whether the office works on a day of the window."""
        return self._works[(day - self._first).days]

    def between(self, start: dt.date, end: dt.date) -> int:
        """Working days after `start` up to and including `end`."""
        return self._count[(end - self._first).days] - self._count[(start - self._first).days]

    def add(self, day: dt.date, days: int) -> dt.date:
        """The `days`-th working day after `day`; 0 gives the day itself."""
        return self._working[self._count[(day - self._first).days] + days - 1] if days else day

    def at(self, day: dt.date, minute: float) -> dt.datetime:
        """An instant: minutes after midnight on the office's clock."""
        return self._midnights[(day - self._first).days] + dt.timedelta(minutes=minute)

    def day_of(self, moment: dt.datetime) -> dt.date:
        """The office's calendar day of an instant."""
        return moment.astimezone(self.zone).date()

    def minute_of(self, moment: dt.datetime) -> int:
        """Minutes after the office's midnight."""
        local = moment.astimezone(self.zone)
        return local.hour * 60 + local.minute


def _weight(days: OfficeDays, day: dt.date, *, number: int, few: bool, rng: Random) -> float:
    # today has only come as far as the clock
    share = _share_by(days.minute_of(days.now)) if number == HISTORY_DAYS else 1.0
    base = _BY_WEEKDAY[day.weekday()] if days.is_working(day) else _DAY_OFF
    growth = 0.8 + 0.4 * number / HISTORY_DAYS
    # a small demo office is busier lately, so that its queues are not empty
    recent = _RECENT_BOOST if few and days.between(day, days.today) < _RECENT_DAYS else 1.0
    return base * growth * recent * share * rng.uniform(0.85, 1.15)


def _share_by(minute: int) -> float:
    for (start, before), (end, after) in pairwise(_OPENING):
        if minute < end:
            return before + (after - before) * max(0, minute - start) / (end - start)
    return 1.0


def _minute_at(share: float) -> float:
    """The inverse of _share_by."""
    for (start, before), (end, after) in pairwise(_OPENING):
        if share <= after:
            return start + (end - start) * (share - before) / (after - before)
    return _OPENING[-1][0]


@dataclass(frozen=True)
class Arrival:
    """When one application came in."""

    day: dt.date
    at: dt.datetime
    in_opening_hours: bool


class Arrivals:
    """Application number i of `count` came in at `arrival(i)`; later numbers came later."""

    def __init__(self, days: OfficeDays, *, count: int, seed: int) -> None:
        self._days = days
        rng = Random(f"{seed}/arrivals/{count}")
        dates = [days.today - dt.timedelta(days=HISTORY_DAYS - number) for number in range(HISTORY_DAYS + 1)]
        weights = [
            _weight(days, day, number=n, few=count <= _FEW, rng=rng) for n, day in enumerate(dates)
        ]  # fmt: skip
        scale = count / sum(weights)
        self._ends = [round(total * scale) for total in accumulate(weights)]
        self._dates = dates

    def arrival(self, index: int) -> Arrival:
        """Day and moment of application `index` (0 to count - 1)."""
        place = bisect_right(self._ends, index)
        day = self._dates[place]
        first = self._ends[place - 1] if place else 0
        share = (index - first + 0.5) / (self._ends[place] - first)
        if day == self._days.today:
            share *= max(_share_by(self._days.minute_of(self._days.now) - 1), 0.0)
        minute = _minute_at(share)
        is_open = self._days.is_working(day) and (540 <= minute < 720 or 810 <= minute < 1020)
        return Arrival(day, self._days.at(day, minute), is_open)
