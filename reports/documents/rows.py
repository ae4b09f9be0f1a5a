"""The plain rows that report documents are made from."""

from dataclasses import dataclass, field
from datetime import date, datetime

from reports.tables.rows import BacklogRow, DayCount, ReasonCount, StageTime


@dataclass(frozen=True)
class Tile:
    """One figure of the summary: ready-made text, the change against the month before, whether that is good."""

    label: str
    value: str
    change: str = ""
    is_good: bool | None = None


@dataclass(frozen=True)
class MonthlySummaryRow:
    """All that the one-page summary shows."""

    month: date
    scope: str
    made_at: datetime
    tiles: tuple[Tile, ...]
    days: tuple[DayCount, ...]
    backlog: tuple[BacklogRow, ...]
    stages: tuple[StageTime, ...]
    reasons: tuple[ReasonCount, ...]
    remarks: tuple[str, ...] = field(default=())
