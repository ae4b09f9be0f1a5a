"""The number of a label as scanners read it, in the room that the label gives it: bars of any height, or a square in two sizes."""

from dataclasses import dataclass

from reports.barcodes.code128 import Barcode, code128
from reports.barcodes.symbols import Square, square
from reports.labels.rows import LabelStock
from reports.labels.styles import LabelStyle
from reports.pdf.pages import Bars, Modules

HIGHER = 1.25
"""How much more height than bars a square may take."""


@dataclass(frozen=True)
class BarSign:
    """Code 128."""

    code: Barcode

    def styled(self, style: LabelStyle) -> LabelStyle:
        """Return the style: bars take the height that it gives them."""
        return style

    def sized(self, _height_mm: float) -> Barcode:
        """Return the bars."""
        return self.code

    def drawn(self, x: float, y: float, height_mm: float) -> Bars:
        """Return the bars from their upper left corner."""
        return Bars(self.code.modules, self.code.module_mm, x, y, height_mm)


@dataclass(frozen=True)
class SquareSign:
    """QR or Data Matrix: `high` where there is room, else `low`; `gap_mm` is blank above and below in any case."""

    high: Square
    low: Square
    gap_mm: float

    def styled(self, style: LabelStyle) -> LabelStyle:
        """Return the style with the heights that the squares take."""
        heights = {"bar_height": self._height(self.high), "low_bar_height": self._height(self.low)}
        return style.model_copy(update=heights)

    def _height(self, one: Square) -> float:
        return one.width_mm + 2 * self._blank(one)

    def _blank(self, one: Square) -> float:
        return max(0.0, one.quiet_mm - self.gap_mm)

    def sized(self, height_mm: float) -> Square:
        """Return the square that takes that height."""
        return self.high if height_mm >= self._height(self.high) - 0.001 else self.low

    def drawn(self, x: float, y: float, height_mm: float) -> Modules:
        """Return the square, whose blank begins at that corner above it."""
        one = self.sized(height_mm)
        return Modules(one.rows, one.module_mm, x, y + self._blank(one))


def sign_of(number: str, stock: LabelStock, style: LabelStyle, *, dpi: int) -> BarSign | SquareSign:
    """Return `number` in the symbol of the stock, in whole dots of the printer; raises BarcodeTooWide."""
    if stock.symbol == "code128":
        return BarSign(code128(number, available_mm=stock.cell_width_mm, widest_mm=style.widest_module, dpi=dpi))
    heights = (style.bar_height, style.low_bar_height)
    high, low = (square(number, stock.symbol, side_mm=_side(stock, style, height), dpi=dpi) for height in heights)
    return SquareSign(high, low, style.gap)


def _side(stock: LabelStock, style: LabelStyle, height: float) -> float:
    return min(height * HIGHER + 2 * style.gap, stock.cell_width_mm)
