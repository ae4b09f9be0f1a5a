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


@dataclass(frozen=True)
class PostingLine:
    """One piece of mail as the post takes it over."""

    tracking_number: str
    recipient: str
    postcode: str
    place: str


@dataclass(frozen=True)
class PostingListRow:
    """All that a posting list shows."""

    reference: str
    posted_on: date
    made_at: datetime
    sender: str
    """Name, address and postcode of whoever sends."""
    postage: str
    """The postage class in words; '' where nobody entered it."""
    piece_fen: int | None
    """Price of a piece in fen; None where it is not known."""
    lines: tuple[PostingLine, ...]

    @property
    def sum_fen(self) -> int | None:
        """Price of all pieces."""
        return None if self.piece_fen is None else self.piece_fen * len(self.lines)
