"""The figures that charts and their tables are made from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class DayCount:
    """Events of one day."""

    day: date
    received: int
    decided: int
    posted: int


@dataclass(frozen=True)
class BacklogRow:
    """Open cases of one queue (its name in the reader's language) by age in working days."""

    queue: str
    upto_5_days: int
    upto_10_days: int
    upto_20_days: int
    older: int

    @property
    def total(self) -> int:
        """Return all open cases of the queue."""
        return self.upto_5_days + self.upto_10_days + self.upto_20_days + self.older


@dataclass(frozen=True)
class StageTime:
    """Working days that a stage takes: the middle case and the slowest tenth; None where nothing was measured."""

    stage: str
    p50_days: float | None
    p90_days: float | None
    cases: int = 0


@dataclass(frozen=True)
class ReasonCount:
    """Decisions with one outcome and reason, both in the reader's language.

    `kind` and `code` are the same two as the office keeps them, for whoever looks for the decisions themselves.
    """

    outcome: str
    reason: str
    count: int
    kind: str = ""
    code: str = ""


@dataclass(frozen=True)
class KindCount:
    """How much there was of one kind: its name in the reader's language, its code as the office keeps it."""

    kind: str
    count: int
    code: str = ""


@dataclass(frozen=True)
class MonthCount:
    """What happened from `start` to `end`, days of one month: every kind, in one order for all months; what it cost, in yuan."""

    start: date
    end: date
    kinds: tuple[KindCount, ...]
    cost: Decimal | None = None
    """None: of these nothing is known to cost anything."""

    @property
    def count(self) -> int:
        """Return all kinds together."""
        return sum(one.count for one in self.kinds)


@dataclass(frozen=True)
class MakerCount:
    """Cards that a maker made badly in days of one month, and what those in their place cost, in yuan."""

    start: date
    end: date
    maker: str
    count: int
    cost: Decimal
    code: str = ""
