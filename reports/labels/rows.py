"""The plain rows that mailing labels are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite

from reports.barcodes.symbols import Symbol


class Kind(StrEnum):
    """What a label is printed on."""

    SHEET = "sheet"
    """Stickers: a sheet of them, or a roll."""
    PRINTED_ENVELOPE = "printed_envelope"
    """An envelope that has its postcode boxes and its place for the stamp printed on it."""
    BLANK_ENVELOPE = "blank_envelope"
    """An envelope without them: boxes and place are printed with the rest."""


TOLERANCE_MM = 0.05
"""Sums of catalogue figures may miss the page by rounding."""
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
    symbol: Symbol = Symbol.CODE128
    """How the number of a label is written for scanners."""
    kind: Kind = Kind.SHEET
    least_points: float = 0.0
    """The smallest type in which the post's words may stand: a label that would need smaller ones does not fit."""

    def __post_init__(self) -> None:
        """Refuse a geometry whose cells do not lie on the page (ValueError)."""
        lengths = (self.left_mm, self.top_mm, self.column_gap_mm, self.row_gap_mm)
        sizes = (self.page_width_mm, self.page_height_mm, self.cell_width_mm, self.cell_height_mm)
        if not all(isfinite(length) and length >= 0 for length in lengths):
            raise ValueError(f"label stock {self.code}: margins and gaps must not be negative")
        if self.columns < 1 or self.rows < 1 or not all(isfinite(size) and size > 0 for size in sizes):
            raise ValueError(f"label stock {self.code}: page, cells and their number must be positive")
        if self.kind != Kind.SHEET and (self.cells_per_page, self.left_mm, self.top_mm) != (1, 0, 0):
            raise ValueError(f"label stock {self.code}: an envelope is one label from its upper left corner on")
        right, bottom = self._far_corner()
        if right > self.page_width_mm + TOLERANCE_MM or bottom > self.page_height_mm + TOLERANCE_MM:
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


@dataclass(frozen=True)
class LabelRow:
    """One mailing label; `parcel_number` becomes the barcode, empty texts are left out."""

    parcel_number: str
    recipient: str
    postcode: str
    address_lines: tuple[str, ...]
    phone_masked: str = ""
    sender: str = ""
    sender_postcode: str = ""
    """Also the end of `sender`; an envelope has a place of its own for it."""
    service: str = ""
    recipient_latin: str = ""
    """The name in Latin letters where the recipient is written otherwise."""
    sender_latin: str = ""
    design: str = ""
    """The code of its design; '' for the plain one of the kind of stock."""
    variant: str = ""
    """A word of designs.Variant; '' for that of the document's language."""
    more: Mapping[str, str] = field(default_factory=dict)
    """What else its design asks for: designs.Placeholder -> words."""


@dataclass(frozen=True)
class CellPlace:
    """Where a label lies: sheet and cell, both from 1."""

    sheet: int
    cell: int
