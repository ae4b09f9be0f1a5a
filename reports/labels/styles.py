"""Type sizes, margins and bars of one format of labels; a design has one for each format that it is made for."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Align(StrEnum):
    """Where the words of a line stand."""

    LEFT = "left"
    CENTRE = "centre"
    SPREAD = "spread"
    """The first words at the left, the last ones at the right edge."""


class LabelStyle(BaseModel):
    """Type sizes in points and lengths in millimetres for cells from a height on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_height_mm: float = 0.0
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
