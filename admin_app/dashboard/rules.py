"""Periods, percentiles and age bands of the reports; pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_PERIOD_DAYS = 366
AGE_BANDS = (5, 10, 20)
"""Upper ends, in working days, of the bands of the backlog; the last band is open."""


@dataclass(frozen=True)
class Period:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    @property
    def days(self) -> list[date]:
        """Every day of the period."""
        return [self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1)]

    def before(self) -> "Period":
        """The period of the same length that ends the day before this one starts."""
        length = self.end - self.start
        return Period(self.start - timedelta(days=1) - length, self.start - timedelta(days=1))


def month_of(day: date) -> Period:
    """The calendar month that `day` lies in."""
    start = day.replace(day=1)
    following = (start + timedelta(days=32)).replace(day=1)
    return Period(start, following - timedelta(days=1))


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


def change(now: float | None, before: float | None) -> float | None:
    """Relative change (0.04 = 4 % more); None where there is nothing to compare with."""
    return (now - before) / before if now is not None and before else None
