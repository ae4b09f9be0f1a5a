"""What charts on screen and on paper share: their series, age bands and colours, the only place that names any of them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class LineSeries:
    """A line of the chart per day; `name` is the field of DayCount, the colour and the text `chart.<name>`.

    It can be told apart without colour: by its dash (of Plotly, and of SVG in points) and by its marker.
    """

    name: str
    dash: str
    svg_dash: str
    marker: str


@dataclass(frozen=True)
class AgeBand:
    """A part of the bars of open cases; `key` is colour and text, `field` that of BacklogRow."""

    key: str
    field: str


LINES = (
    LineSeries("received", "solid", "none", "circle"),
    LineSeries("decided", "dash", "5 2.5", "square"),
    LineSeries("posted", "dot", "1.2 2.2", "diamond"),
)
AGE_BANDS = (
    AgeBand("age.5", "upto_5_days"), AgeBand("age.10", "upto_10_days"), AgeBand("age.20", "upto_20_days"), AgeBand("age.older", "older"),
)  # fmt: skip
STAGE_BARS = ("p50", "p90")
"""The bars of one stage: colour, text `chart.<name>` and, with `_days`, the field of StageTime."""

KINDS = ("received", "decided", "posted", "age.10", "age.older", "p90")
PATTERNS = ("", "/", ".", "x", "\\", "-")
"""Colours and hatchings of bars that belong to several kinds, in the order of the kinds."""

THEMES: Mapping[str, Mapping[str, str]] = {
    "light": {
        "text": "#374151", "grid": "#e6e9ee", "edge": "#ffffff",
        "received": "#1f5fae", "decided": "#d9780f", "posted": "#2b8a3e",
        "age.5": "#bcd3ee", "age.10": "#6fa0dc", "age.20": "#1f5fae", "age.older": "#d63939",
        "p50": "#1f5fae", "p90": "#a9c5ea", "hover": "#ffffff",
    },
    "dark": {
        "text": "#c9d1dc", "grid": "#2c3642", "edge": "#182230",
        "received": "#6ea8ec", "decided": "#f0a04b", "posted": "#58c173",
        "age.5": "#2f4d74", "age.10": "#4a7fc1", "age.20": "#8fc0ff", "age.older": "#ff7b7b",
        "p50": "#6ea8ec", "p90": "#34557f", "hover": "#1e2936",
    },
}  # fmt: skip
"""Colours by theme; paper takes those of the light one."""
