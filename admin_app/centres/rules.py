"""The working-day calendar: the country's calendar with make-up days 调休, overridden by the office's own table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays

ONE_DAY = timedelta(days=1)
LONGEST_WAIT = 3660
"""Days after which counting stops: a table that declares every day a holiday must not hang a page."""


@lru_cache(maxsize=1)
def _country() -> holidays.HolidayBase:
    # Fills the years that are asked for by itself; years without a State Council notice yet are the library's guess.
    return holidays.country_holidays("CN", language="en_US")


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days of the office. `overrides`: day -> 'holiday' or 'working', as the office entered them."""

    overrides: Mapping[date, str] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on `day`."""
        own = self.overrides.get(day)
        return own == "working" if own else bool(_country().is_working_day(day))

    def add(self, day: date, days: int) -> date:
        """The `days`-th working day after `day` (0: `day` itself, whatever it is); ValueError if there is none within ten years."""
        if days < 0:
            raise ValueError("a deadline does not lie before its start")
        for _ in range(LONGEST_WAIT):
            if days == 0:
                return day
            day += ONE_DAY
            days -= self.is_working_day(day)
        raise ValueError("the calendar has too few working days")

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative (counted the other way) if `end` lies before `start`."""
        if end < start:
            return -self.between(end, start)
        if (end - start).days > LONGEST_WAIT:
            raise ValueError("the days are more than ten years apart")
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
