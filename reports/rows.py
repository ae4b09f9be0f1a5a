"""The plain rows that printed documents and charts are made from."""

from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite

MAX_NAME = 60
MAX_ADDRESS = 200
"""Longest recipient and longest whole address in characters; longer ones are refused, never cut."""


@dataclass(frozen=True)
class LabelStock:
    """A sheet of labels or a roll label; all lengths in millimetres, cells counted from 1, row by row."""

    code: str
    page_width_mm: float
    page_height_mm: float
    columns: int
    rows: int
    left_mm: float
    top_mm: float
    cell_width_mm: float
    cell_height_mm: float
    column_gap_mm: float = 0.0
    row_gap_mm: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a geometry whose cells do not lie on the page (ValueError)."""
        lengths = (self.left_mm, self.top_mm, self.column_gap_mm, self.row_gap_mm)
        sizes = (self.page_width_mm, self.page_height_mm, self.cell_width_mm, self.cell_height_mm)
        if not all(isfinite(length) and length >= 0 for length in lengths):
            raise ValueError(f"label stock {self.code}: margins and gaps must not be negative")
        if self.columns < 1 or self.rows < 1 or not all(isfinite(size) and size > 0 for size in sizes):
            raise ValueError(f"label stock {self.code}: page, cells and their number must be positive")
        right, bottom = self._far_corner()
        if right > self.page_width_mm + 0.01 or bottom > self.page_height_mm + 0.01:
            raise ValueError(f"label stock {self.code}: cells end at {right:.2f} x {bottom:.2f} mm, outside the page")

    def _far_corner(self) -> tuple[float, float]:
        x, y = self.cell_origin(self.cells_per_page)
        return x + self.cell_width_mm, y + self.cell_height_mm

    @property
    def cells_per_page(self) -> int:
        """Return how many labels one page holds."""
        return self.columns * self.rows

    def cell_origin(self, cell: int) -> tuple[float, float]:
        """Return the upper left corner of `cell` in millimetres from the upper left corner of the page."""
        row, column = divmod(cell - 1, self.columns)
        x = self.left_mm + column * (self.cell_width_mm + self.column_gap_mm)
        return x, self.top_mm + row * (self.cell_height_mm + self.row_gap_mm)


L7163 = LabelStock("L7163", 210, 297, 2, 7, 4.67, 15.15, 99.1, 38.1, column_gap_mm=2.54)
L7160 = LabelStock("L7160", 210, 297, 3, 7, 7.2, 15.15, 63.5, 38.1, column_gap_mm=2.5)
THERMAL_100X150 = LabelStock("T100X150", 100, 150, 1, 1, 0, 0, 100, 150)
STOCKS = {stock.code: stock for stock in (L7163, L7160, THERMAL_100X150)}


@dataclass(frozen=True)
class LabelRow:
    """One mailing label; `parcel_number` becomes the barcode, empty texts are left out."""

    parcel_number: str
    recipient: str
    postcode: str
    address_lines: tuple[str, ...]
    phone_masked: str = ""
    sender: str = ""
    service: str = ""


@dataclass(frozen=True)
class CellPlace:
    """Where a label lies: sheet and cell, both from 1."""

    sheet: int
    cell: int


@dataclass(frozen=True)
class CentreLines:
    """How a service centre is named on paper, in the language of the document."""

    name: str
    address: str
    phone: str = ""
    hours: str = ""


@dataclass(frozen=True)
class ApplicationReceiptRow:
    """What the resident takes home from the counter; texts in the language of the document."""

    reference: str
    resident: str
    id_number_masked: str
    reason: str
    delivery: str
    received_at: datetime
    promised_on: date | None
    centre: CentreLines
    handed_in: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    clerk: str = ""
    status_url: str = ""
    """Goes into the QR code; the bare reference if empty."""


@dataclass(frozen=True)
class LossReportReceiptRow:
    """Proof of a loss report; `lapses_at` only for a provisional one."""

    number: str
    resident: str
    id_number_masked: str
    is_formal: bool
    circumstance: str
    reported_at: datetime
    lapses_at: datetime | None
    centre: CentreLines
    card_number_masked: str = ""
    clerk: str = ""


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
    """Decisions with one outcome and reason, both in the reader's language."""

    outcome: str
    reason: str
    count: int


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
