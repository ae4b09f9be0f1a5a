"""Working days: the notices of the State Council with make-up days 调休, the office's own days, and the library's guess beyond."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import holidays
from flask_babel import lazy_gettext as _l

KINDS = {"holiday": _l("Holiday"), "working": _l("Working day")}
ONE_DAY = timedelta(days=1)
LONGEST_WAIT = 3660
"""Days after which counting stops: a table that declares every day a holiday must not hang a page."""


@lru_cache(maxsize=1)
def _country() -> holidays.HolidayBase:
    # Fills the years that are asked for by itself; years without a State Council notice yet are the library's guess.
    return holidays.country_holidays("CN", language="en_US")


@lru_cache(maxsize=4 * LONGEST_WAIT)
def _country_works(day: date) -> bool:
    return bool(_country().is_working_day(day))


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """Working days of the office. `overrides`: day -> 'holiday' or 'working', as the office entered them.

    `years`: whose notice has been entered; `official`: what those notices say of single days. Every other year is a guess of the library,
    which knows the festivals and not how they are made up. Each calendar equals itself only, so that what was counted with it can be
    kept by it.
    """

    overrides: Mapping[date, str] = field(default_factory=dict)
    official: Mapping[date, str] = field(default_factory=dict)
    years: Collection[int] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on `day`."""
        said = self.overrides.get(day) or self.official.get(day)
        if said:
            return said == "working"
        return day.weekday() < 5 if day.year in self.years else _country_works(day)

    def is_guess(self, day: date) -> bool:
        """Whether `day` may still move because the notice of its year has not been entered; years before all notices are over."""
        return day.year not in self.years and day.year > min(self.years, default=0)

    def with_year(self, year: int, before: Collection[date], official: Mapping[date, str] | None) -> "WorkingCalendar":
        """The same calendar with another notice of a year, whose notice named the days `before`; None: with none."""
        kept = {day: kind for day, kind in self.official.items() if day not in before}
        years = {*self.years, year} if official is not None else set(self.years) - {year}
        return replace(self, official={**kept, **(official or {})}, years=frozenset(years))

    def with_own(self, without: Collection[date], own: Mapping[date, str]) -> "WorkingCalendar":
        """The same calendar, where the office's own days are others: none of `without`, and `own`."""
        kept = {day: kind for day, kind in self.overrides.items() if day not in without}
        return replace(self, overrides={**kept, **own})

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


class Moved(NamedTuple):
    """What a change of the calendar does to the days that open cases were promised."""

    cases: int
    """Whose promised day moves."""
    least: int
    most: int
    """By so many days, later ones positive; 0 where none moves."""
    answers: int
    """Residents who get longer to bring what they were asked for."""
    is_part: bool
    """There are more than were counted."""


NONE_MOVES = Moved(0, 0, 0, 0, False)
