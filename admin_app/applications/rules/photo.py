"""What a portrait for the card must be: the figures of a photo profile, what of a measured file lies outside them, and how that is said.

What an office begins with is what is published for card photos: 358 × 441 pixels, 350 dpi, 14 to 40 KB, crown 7 to 21 from the top, eyes
at least 207 from the bottom, their middle 162 to 196 from the left, face 179 to 255 wide (so the head 251 to 357 high, as heads are 1.4
times as high as wide; 290 is the middle of GA 461). Bands of light, sharpness and background are ours, from portraits that were good and
such that were not (docs/figures.md). Migration 0063 writes them into the first profile.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class PhotoRules:
    """The figures of one profile. Lines of the head are pixels of a portrait of the smallest size, which is what is cut out."""

    width_least: int
    width_most: int
    height_least: int
    height_most: int
    shape_least: float
    """Width divided by height."""
    shape_most: float
    dpi: int | None
    """None: nothing is asked of the resolution."""
    kilobytes_least: float
    kilobytes_most: float
    colour_least: float
    """Mean distance of the channels, of 255; 0 takes black and white as well. The others of 255 are those of measure_photo.py."""
    whiteness_least: float
    unevenness_most: float
    sharpness_least: float
    brightness_least: float
    brightness_most: float
    clipped_most: float
    """Per cent of the face."""
    crown_least: int
    """From the top."""
    crown_most: int
    eyes_least: int
    """From the bottom."""
    middle_least: int
    """From the left."""
    middle_most: int
    head_least: int
    """Height from crown to chin."""
    head_most: int
    head_wanted: int

    @property
    def crown(self) -> float:
        """Where the crown of a portrait is put, from the top."""
        return (self.crown_least + self.crown_most) / 2

    @property
    def middle(self) -> float:
        """Where the middle of the eyes is put, from the left."""
        return (self.middle_least + self.middle_most) / 2


FIGURES = tuple(field.name for field in fields(PhotoRules))
"""The columns of a profile that rule what a photo must be."""


@dataclass(frozen=True)
class Figure:
    """One figure that is measured, the rules between which it must lie ('' for none), and the sentence if it does not."""

    name: str
    lowest: str
    highest: str
    fails: Any
    """With `measured`, `lowest` and `highest`."""


PIXELS = "pixels"
_TOO_SMALL = _l("The picture is %(measured)s pixels; at least %(lowest)s are needed.")
_TOO_LARGE = _l("The picture is %(measured)s pixels; at most %(highest)s are taken.")
_UNSAID = _l("Resolution: the file does not say it, asked are %(lowest)s dots per inch.")
MEASURED = (
    Figure("shape", "shape_least", "shape_most", _l("Shape: width is %(measured)s of the height, asked are %(lowest)s to %(highest)s.")),
    Figure("dpi", "dpi", "dpi", _l("Resolution: %(measured)s dots per inch, asked are %(lowest)s.")),
    Figure("kilobytes", "kilobytes_least", "kilobytes_most", _l("Size of the file: %(measured)s KB, asked are %(lowest)s to %(highest)s.")),
    Figure("colour", "colour_least", "", _l("Colour: %(measured)s of 255, asked are at least %(lowest)s. The photo is black and white.")),
    Figure(
        "whiteness", "whiteness_least", "",
        _l("Background: %(measured)s of 255 beside the head, asked are at least %(lowest)s. It is not white."),
    ),
    Figure(
        "unevenness", "", "unevenness_most",
        _l("Background: uneven by %(measured)s, asked are at most %(highest)s. There is a shadow or a pattern."),
    ),
    Figure("sharpness", "sharpness_least", "", _l("Sharpness: %(measured)s, asked are at least %(lowest)s. The photo is blurred.")),
    Figure(
        "brightness", "brightness_least", "brightness_most",
        _l("Light on the face: %(measured)s of 255, asked are %(lowest)s to %(highest)s."),
    ),
    Figure(
        "clipped", "", "clipped_most", _l("%(measured)s per cent of the face are wholly white or black, asked are at most %(highest)s."),
    ),
)  # fmt: skip
_FAILS = {figure.name: figure.fails for figure in MEASURED}

Finding = dict[str, Any]
"""A figure outside the rules, as a decision keeps it: {"figure": name, "measured", "lowest", "highest": lists of numbers, [] for none}."""


def outside(measured: Mapping[str, float], rules: PhotoRules) -> list[Finding]:
    """What of a measured file lies outside the rules, in the order in which it is said."""
    found = dict(measured) | {
        "shape": round(measured["width"] / measured["height"], 2), "kilobytes": round(measured["bytes"] / 1000, 1),
    }  # fmt: skip
    return [*_pixels_outside(found, rules), *filter(None, (_outside(figure, found, rules) for figure in MEASURED))]


def _pixels_outside(found: Mapping[str, float], rules: PhotoRules) -> list[Finding]:
    width, height = found["width"], found["height"]
    if rules.width_least <= width <= rules.width_most and rules.height_least <= height <= rules.height_most:
        return []
    least, most = [rules.width_least, rules.height_least], [rules.width_most, rules.height_most]
    return [{"figure": PIXELS, "measured": [width, height], "lowest": least, "highest": most}]


def _outside(figure: Figure, found: Mapping[str, float], rules: PhotoRules) -> Finding | None:
    lowest, highest = (getattr(rules, name) if name else None for name in (figure.lowest, figure.highest))
    value = found.get(figure.name)
    if value is None or ((lowest is None or value >= lowest) and (highest is None or value <= highest)):
        return None
    bounds = {"lowest": _listed(lowest), "highest": _listed(highest)}
    return {"figure": figure.name, "measured": [value]} | bounds


def _listed(bound: float | None) -> list[float]:
    return [] if bound is None else [bound]


def sentence(finding: Finding) -> str:
    """A finding in the reader's language, with what was measured and what is asked."""
    name, values = finding["figure"], {key: _numbers(finding[key]) for key in ("measured", "lowest", "highest")}
    if name == PIXELS:
        is_small = any(value < least for value, least in zip(finding["measured"], finding["lowest"], strict=True))
        return str((_TOO_SMALL if is_small else _TOO_LARGE) % values)
    is_unsaid = name == "dpi" and not finding["measured"][0]
    return str((_UNSAID if is_unsaid else _FAILS[name]) % values)


def _numbers(values: Iterable[float]) -> str:
    return " × ".join(f"{value:g}" for value in values)


@dataclass(frozen=True)
class Span:
    """For whom and when a profile holds: ages in whole years, from the first and until the last day."""

    age_from: int | None = None
    age_below: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def holds(self, age: int, day: date) -> bool:
        """Whether it holds for somebody of this age on this day."""
        of_age = (self.age_from is None or age >= self.age_from) and (self.age_below is None or age < self.age_below)
        return of_age and (self.valid_from is None or day >= self.valid_from) and (self.valid_to is None or day <= self.valid_to)

    @property
    def preference(self) -> tuple[int, date]:
        """The greatest of several that hold is taken: fewer ages before more, then the later first day."""
        ages = (OLDEST if self.age_below is None else self.age_below) - (self.age_from or 0)
        return -ages, self.valid_from or date.min


OLDEST = 150
"""Ages in whole years stay below this."""


def uncovered(spans: Iterable[Span]) -> tuple[int, date] | None:
    """The first day and age for which none of the profiles holds; None if there is none. Only what a span names can change it."""
    known = tuple(spans)
    ages = sorted({0, *(age for one in known for age in (one.age_from, one.age_below) if age is not None and age < OLDEST)})
    after = (one.valid_to + timedelta(days=1) for one in known if one.valid_to and one.valid_to < date.max)
    days = sorted({date.min, *(one.valid_from for one in known if one.valid_from), *after})
    return next(((age, day) for day in days for age in ages if not any(one.holds(age, day) for one in known)), None)
