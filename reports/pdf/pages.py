"""Pages as plain data: what stands where. Layout decides it, `drawing` only draws it.

All lengths are millimetres, all places count from an upper left corner: of the page for a block, of the block for what is in it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextRun:
    """Cleaned words in one size, in points; (x_mm, y_mm) is the start of their baseline."""

    text: str
    points: float
    is_bold: bool
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class Bars:
    """A barcode: `modules` as ones and zeros, each `module_mm` wide, from its upper left corner."""

    modules: str
    module_mm: float
    x_mm: float
    y_mm: float
    height_mm: float

    @property
    def width_mm(self) -> float:
        """Return the width from the first bar to the last."""
        return len(self.modules) * self.module_mm


@dataclass(frozen=True, slots=True)
class Modules:
    """A square symbol: `rows` of ones and zeros, each module `module_mm` wide and high, from its upper left corner."""

    rows: tuple[str, ...]
    module_mm: float
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class Box:
    """A black rectangle."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class Block:
    """What moves as a whole, a label for example; thousands are kept at once."""

    runs: tuple[TextRun, ...]
    bars: tuple[Bars, ...] = ()
    boxes: tuple[Box, ...] = ()
    squares: tuple[Modules, ...] = ()
    red: tuple[Box, ...] = ()
    """Boxes in the red of the postcode boxes on envelopes, in the place of black."""


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block with the place of its corner on the page."""

    block: Block
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page and all that is on it."""

    width_mm: float
    height_mm: float
    blocks: tuple[PlacedBlock, ...]
