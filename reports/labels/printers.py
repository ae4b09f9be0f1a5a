"""What a printer does to a page: the dots it has, and how far it misses the place it is told."""

from dataclasses import dataclass

from reports.barcodes.dots import DEFAULT_DPI, dot_mm
from reports.pdf.pages import Bars, Block, Modules, PlacedBlock

KEY = "/LabelPlacement"
"""Under this name a PDF of labels says with which shift and scale its cells were placed."""


@dataclass(frozen=True)
class Printer:
    """Dots an inch, and the correction of what the printer misses: every cell is placed at shift + scale × its place.

    Cells move, what is in them keeps its size: bars that were scaled would be no whole dots any more.
    """

    dpi: int = DEFAULT_DPI
    shift_x_mm: float = 0.0
    """To the right."""
    shift_y_mm: float = 0.0
    """Down."""
    scale_x: float = 1.0
    scale_y: float = 1.0

    def placed(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        """Return where a place of the page is to be drawn so that this printer prints it there."""
        return self.shift_x_mm + self.scale_x * x_mm, self.shift_y_mm + self.scale_y * y_mm

    def put(self, block: Block, x_mm: float, y_mm: float) -> PlacedBlock:
        """Return `block` at that place, moved by less than a dot so that its bars or its square begin on one."""
        x, y = self.placed(x_mm, y_mm)
        symbols: tuple[Bars | Modules, ...] = (*block.bars, *block.squares)
        for symbol in symbols[:1]:
            x, y = x + self._to_dot(x + symbol.x_mm), y + self._to_dot(y + symbol.y_mm)
        return PlacedBlock(block, x, y)

    def _to_dot(self, at_mm: float) -> float:
        dot = dot_mm(self.dpi)
        return round(at_mm / dot) * dot - at_mm

    @property
    def placement(self) -> str:
        """Return shift and scale as a PDF keeps them."""
        return " ".join(f"{one:.6f}" for one in (self.shift_x_mm, self.shift_y_mm, self.scale_x, self.scale_y))


UNMEASURED = Printer()
"""Whatever prints 300, 600 or 1200 dots an inch and was not measured."""


def of_placement(words: str) -> Printer:
    """Return a printer with the shift and scale that a PDF names; UNMEASURED for one that says nothing, being older."""
    if not words:
        return UNMEASURED
    shift_x, shift_y, scale_x, scale_y = map(float, words.split())
    return Printer(shift_x_mm=shift_x, shift_y_mm=shift_y, scale_x=scale_x, scale_y=scale_y)
