"""Where the address of a letter stands, so that the window of its envelope shows it whatever the envelope; millimetres."""

from dataclasses import dataclass

A4_WIDTH, A4_HEIGHT = 210.0, 297.0
MARGIN = 2.0
"""Left between the address and the edge of the window: a fold is not exact."""


@dataclass(frozen=True)
class Box:
    """A rectangle, from the top left corner of what it lies on."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


@dataclass(frozen=True)
class Envelope:
    """An envelope of GB/T 1416 with a window, and how a sheet of A4 lies in it."""

    code: str
    width: float
    height: float
    panels: int
    """Into how many parts of the same height the sheet is folded."""
    window: Box

    @property
    def play(self) -> tuple[float, float]:
        """How far the folded sheet can slide to the right and down."""
        return self.width - A4_WIDTH, self.height - A4_HEIGHT / self.panels


def _window(height: float, from_below: float) -> Box:
    return Box(left=20.0, top=height - from_below - 45.0, width=90.0, height=45.0)


ENVELOPES = (
    Envelope("DL", 220.0, 110.0, 3, _window(110.0, 15.0)),
    Envelope("ZL", 230.0, 120.0, 3, _window(120.0, 15.0)),
    Envelope("C5", 229.0, 162.0, 2, _window(162.0, 60.0)),
)
"""Sizes of GB/T 1416; of the window the usual 90 by 45 mm, 20 mm from the left and 15 mm (C5: 60 mm) from below (DIN 680), because
the text of the Chinese standard was not at hand. What an office buys is held against a printed letter once (docs/running.md)."""


def address_box() -> Box:
    """The part of the first panel that every window shows, wherever the sheet has slid to."""
    left = max(one.window.left for one in ENVELOPES) + MARGIN
    top = max(one.window.top for one in ENVELOPES) + MARGIN
    right = min(one.window.right - one.play[0] for one in ENVELOPES) - MARGIN
    bottom = min(one.window.bottom - one.play[1] for one in ENVELOPES) - MARGIN
    return Box(left, top, right - left, bottom - top)


def folds() -> tuple[float, ...]:
    """Where the sheet is folded, from its top: a mark stands at each."""
    return tuple(sorted({A4_HEIGHT / one.panels * n for one in ENVELOPES for n in range(1, one.panels)}))
