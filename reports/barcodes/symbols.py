"""Which symbol a label bears, and symbols that are a square of modules: QR and Data Matrix."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import segno
import zxingcpp

from reports.barcodes.code128 import BarcodeTooWide
from reports.barcodes.dots import DEFAULT_DPI, modules_mm


class Symbol(StrEnum):
    """How the number of a label is written for scanners."""

    CODE128 = "code128"
    QR = "qr"
    DATA_MATRIX = "data_matrix"


SQUARES = (Symbol.QR, Symbol.DATA_MATRIX)
QUIET_MODULES = {Symbol.QR: 4, Symbol.DATA_MATRIX: 1}
"""Blank around the square, in modules: ISO/IEC 18004 and 16022."""
WIDEST_MM = 1.016
"""Width of a module where there is room: 12 dots of a 300 dpi printer."""


@dataclass(frozen=True)
class Square:
    """A symbol as rows of modules, ones and zeros, without the blank around it."""

    rows: tuple[str, ...]
    module_mm: float
    quiet_mm: float

    @property
    def width_mm(self) -> float:
        """Return the side of the square."""
        return len(self.rows) * self.module_mm


def square(number: str, symbol: Symbol, *, side_mm: float, dpi: int = DEFAULT_DPI) -> Square:
    """Return `number` as a square with the widest modules of whole dots with which it takes at most `side_mm`.

    The blank around it is part of the side. Raises BarcodeTooWide, or ValueError if the number is empty or holds more than visible ASCII.
    """
    if not number or not all("!" <= char <= "~" for char in number):
        raise ValueError(f"not a number for a label: {number!r}")
    rows, quiet = rows_of(number, symbol), QUIET_MODULES[symbol]
    widths = modules_mm(WIDEST_MM, dpi=dpi)
    for module in widths:
        if (len(rows) + 2 * quiet) * module <= side_mm:
            return Square(rows, module, quiet * module)
    needed = (len(rows) + 2 * quiet) * widths[-1]
    raise BarcodeTooWide(f"the square of {number} needs {needed:.1f} mm, the label has {side_mm:.1f}")


def rows_of(number: str, symbol: Symbol) -> tuple[str, ...]:
    """Return the modules of `number`: QR with error correction M, Data Matrix ECC 200."""
    if symbol == Symbol.QR:
        return tuple("".join("1" if module else "0" for module in row) for row in segno.make(number, error="m", micro=False).matrix)
    code: Any = zxingcpp.create_barcode(number, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    levels: Any = memoryview(code.to_image(scale=1, add_quiet_zones=False)).tolist()
    return tuple("".join("0" if level else "1" for level in row) for row in levels)


def outlines(rows: tuple[str, ...]) -> list[list[tuple[int, int]]]:
    """Return the corners of every black area and of every hole in one, which runs the other way; counted in modules from the upper left.

    An area is drawn whole: modules that are drawn one by one show hair lines between them on a screen.
    """
    black = {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module == "1"}
    onward: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for x, y in black:
        for beside, start, end in (
            ((x, y - 1), (x, y), (x + 1, y)),
            ((x + 1, y), (x + 1, y), (x + 1, y + 1)),
            ((x, y + 1), (x + 1, y + 1), (x, y + 1)),
            ((x - 1, y), (x, y + 1), (x, y)),
        ):
            if beside not in black:
                onward.setdefault(start, []).append(end)
    found = []
    while onward:
        found.append(_walk(onward, next(iter(onward))))
    return found


def _walk(onward: dict[tuple[int, int], list[tuple[int, int]]], start: tuple[int, int]) -> list[tuple[int, int]]:
    """Take the edges from `start` back to it out of `onward`; only the corners are kept."""
    walked = [start]
    while len(walked) == 1 or walked[-1] != start:
        ends = onward[walked[-1]]
        if len(ends) == 1:
            del onward[walked[-1]]
        walked.append(ends.pop())
    walked.pop()
    around = zip([walked[-1], *walked], walked, [*walked[1:], start], strict=False)
    return [at for before, at, after in around if (before[0] == at[0]) != (at[0] == after[0])]
