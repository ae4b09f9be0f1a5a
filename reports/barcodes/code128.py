"""Code 128 as bars in millimetres, drawn straight into a PDF page."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import barcode

MODULES_MM = (0.508, 0.423, 0.339, 0.254)
"""Widths of the narrowest bar, widest first: 6, 5, 4 and 3 dots of a 300 dpi printer, none under 0.25 mm."""

QUIET_MODULES = 10
POINTS_PER_MM = 72 / 25.4


class BarcodeTooWide(ValueError):
    """The number has too many characters for the label, even with the narrowest bars that scanners read."""


@dataclass(frozen=True)
class Barcode:
    """The bars of one number; `modules` is the pattern as ones and zeros."""

    modules: str
    module_mm: float

    @property
    def width_mm(self) -> float:
        """Return the width of the bars without their quiet zones."""
        return len(self.modules) * self.module_mm

    @property
    def quiet_mm(self) -> float:
        """Return the blank that must stay free on either side."""
        return QUIET_MODULES * self.module_mm


@dataclass(frozen=True)
class Rectangle:
    """A black rectangle, in millimetres from the upper left corner of the page."""

    x: float
    y: float
    width: float
    height: float


def code128(number: str, *, available_mm: float, widest_mm: float = MODULES_MM[0]) -> Barcode:
    """Return `number` as Code 128 with the widest bars that fit `available_mm`, quiet zones included.

    Raises BarcodeTooWide, or ValueError if the number is empty or holds more than visible ASCII.
    """
    if not number or not all("!" <= char <= "~" for char in number):
        raise ValueError(f"not a number for Code 128: {number!r}")
    (modules,) = barcode.get_barcode_class("code128")(number).build()
    for module in MODULES_MM:
        if module <= widest_mm and (len(modules) + 2 * QUIET_MODULES) * module <= available_mm:
            return Barcode(modules, module)
    needed = (len(modules) + 2 * QUIET_MODULES) * MODULES_MM[-1]
    raise BarcodeTooWide(f"the bars of {number} need {needed:.1f} mm, the label has {available_mm:.1f}")


def bars(code: Barcode, *, x: float, y: float, height: float) -> Iterable[Rectangle]:
    """Yield the black bars of `code` with its first bar at `x`."""
    for is_black, run in groupby(code.modules):
        width = len(list(run)) * code.module_mm
        if is_black == "1":
            yield Rectangle(x, y, width, height)
        x += width


def drawing(rectangles: Iterable[Rectangle], *, page_height_mm: float) -> bytes:
    """Return a PDF content stream that fills `rectangles` in black as one path."""
    scale = POINTS_PER_MM
    lines = (
        f"{box.x * scale:.3f} {(page_height_mm - box.y - box.height) * scale:.3f} {box.width * scale:.3f} {box.height * scale:.3f} re"
        for box in rectangles
    )
    return ("q 0 g\n" + "\n".join(lines) + "\nf Q\n").encode("ascii")
