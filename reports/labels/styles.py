"""Type sizes, margins and bars of the two formats of labels: a sheet's and a parcel's."""

from dataclasses import dataclass
from enum import StrEnum

from reports.labels.rows import LabelStock


class Align(StrEnum):
    """Where the words of a line stand."""

    LEFT = "left"
    CENTRE = "centre"
    SPREAD = "spread"
    """The first words at the left, the last ones at the right edge."""


@dataclass(frozen=True)
class LabelStyle:
    """Type sizes in points and lengths in millimetres for labels of one format."""

    margin_x: float
    margin_y: float
    address: float
    recipient: float
    postcode: float
    number: float
    sender: float
    bar_height: float
    low_bar_height: float
    widest_module: float
    gap: float
    tidy_steps: int
    """Among so many first steps, one that needs fewer lines is preferred to a bigger one with a torn address."""
    rule: float = 0.0
    """Thickness of the line above the bars, none if 0."""
    air: float = 0.0
    """Blank that sets off the postcode and the name."""
    number_align: Align = Align.LEFT


SHEET = LabelStyle(
    margin_x=3.5, margin_y=2.4, address=10, recipient=12.5, postcode=11, number=7.5, sender=7,
    bar_height=7.5, low_bar_height=6, widest_module=0.339, gap=0.8, tidy_steps=4,
)  # fmt: skip
PARCEL = LabelStyle(
    margin_x=6, margin_y=6, address=21, recipient=34, postcode=42, number=17, sender=12,
    bar_height=28, low_bar_height=18, widest_module=0.508, gap=3, tidy_steps=1, rule=0.35, air=5, number_align=Align.CENTRE,
)  # fmt: skip


ENVELOPE = LabelStyle(
    margin_x=10, margin_y=8, address=13, recipient=18, postcode=16, number=7.5, sender=8.5,
    bar_height=8, low_bar_height=8, widest_module=0.339, gap=1, tidy_steps=4, air=2,
)  # fmt: skip


def style_for(stock: LabelStock) -> LabelStyle:
    """Return the type sizes for labels of `stock`."""
    return PARCEL if stock.cell_height_mm >= 80 else SHEET
