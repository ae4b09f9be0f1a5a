"""What a portrait for the card must be, which of its figures are not, and which part of a larger picture would be one.

The profile is one table. Pixels, resolution, bytes and the bands of crown, eyes and middle are those published for card photos (358 × 441,
350 dpi, 14 to 40 KB, crown 7 to 21 from the top, eyes at least 207 from the bottom, their middle 162 to 196 from the left, face 179 to 255
wide). The bands of light, sharpness and background are ours, from portraits that were good and such that were not (docs/figures.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.foundation.errors import DomainError
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.portraits import Cut

WIDTH, HEIGHT, DPI = 358, 441, 350
MOST_BYTES = 40_000
CROWN, EYES, MIDDLE = (7, 21), 207, (162, 196)
"""Pixels of the profile: crown from the top, eyes at least from the bottom, middle of the eyes from the left."""
HEAD = (251, 357)
"""Height from crown to chin, from the published width of the face (179 to 255) and heads 1.4 times as high as wide."""
WANTED_HEAD = 290
"""Of a face 207 wide, the middle of GA 461."""
SHAPE = (0.79, 0.83)


@dataclass(frozen=True)
class Band:
    """What one figure of a portrait must be."""

    name: str
    lowest: float
    highest: float
    fails: Any
    """The sentence for a figure outside, with `measured`, `lowest` and `highest`."""


PROFILE = (
    Band("width", WIDTH, WIDTH, _l("Width: %(measured)s pixels, asked are %(lowest)s.")),
    Band("height", HEIGHT, HEIGHT, _l("Height: %(measured)s pixels, asked are %(lowest)s.")),
    Band("shape", *SHAPE, _l("Shape: width is %(measured)s of the height, asked are %(lowest)s to %(highest)s.")),
    Band("dpi", DPI, DPI, _l("Resolution: %(measured)s dots per inch, asked are %(lowest)s.")),
    Band("kilobytes", 14, 40, _l("Size of the file: %(measured)s KB, asked are %(lowest)s to %(highest)s.")),
    Band("colour", 4, 255, _l("Colour: %(measured)s of 255, asked are at least %(lowest)s. The photo is black and white.")),
    Band("whiteness", 225, 255, _l("Background: %(measured)s of 255 beside the head, asked are at least %(lowest)s. It is not white.")),
    Band("unevenness", 0, 12, _l("Background: uneven by %(measured)s, asked are at most %(highest)s. There is a shadow or a pattern.")),
    Band("sharpness", 5, 1e9, _l("Sharpness: %(measured)s, asked are at least %(lowest)s. The photo is blurred.")),
    Band("brightness", 100, 225, _l("Light on the face: %(measured)s of 255, asked are %(lowest)s to %(highest)s.")),
    Band("clipped", 0, 15, _l("%(measured)s per cent of the face are wholly white or black, asked are at most %(highest)s.")),
)  # fmt: skip

_UNSAID = _l("Resolution: the file does not say it, asked are %(lowest)s dots per inch.")


@dataclass(frozen=True)
class Frame:
    """Where a face stands in a picture, in its pixels: crown, chin and eyes from the top, the middle from the left."""

    crown: int
    chin: int
    eyes: int
    middle: int


class NoFrame(DomainError):
    """The lines leave no portrait of the profile."""


def figures(measured: Mapping[str, float]) -> dict[str, float]:
    """The figures of a file as the profile names them."""
    found = {name: value for name, value in measured.items() if name != "bytes"}
    return found | {"shape": round(measured["width"] / measured["height"], 2), "kilobytes": round(measured["bytes"] / 1000, 1)}


def outside(stored: StoredFile) -> list[str]:
    """The names of the figures that are outside their bands; none of a file that was not measured."""
    found = figures(stored.measured) if stored.measured else {}
    return [band.name for band in PROFILE if band.name in found and not band.lowest <= found[band.name] <= band.highest]


def failures(stored: StoredFile) -> list[Any]:
    """A sentence for each figure of a portrait that is outside its band; a file that is no picture has one for all."""
    if stored.is_pdf:
        return [_l("A photo must be a picture, not a PDF: its pixels cannot be measured.")]
    if not stored.measured:
        return []
    found = figures(stored.measured)
    names = outside(stored)
    return [_sentence(band, found[band.name]) for band in PROFILE if band.name in names]


def _sentence(band: Band, value: float) -> Any:
    is_unsaid = band.name == "dpi" and not value
    return (_UNSAID if is_unsaid else band.fails) % _numbers(band, value)


def _numbers(band: Band, value: float) -> dict[str, str]:
    return {"measured": f"{value:g}", "lowest": f"{band.lowest:g}", "highest": f"{band.highest:g}"}


def usual_frame(stored: StoredFile) -> Frame:
    """Where a face stands in a usual photo: a frame to begin with."""
    return Frame(round(stored.height * 0.12), round(stored.height * 0.72), round(stored.height * 0.42), round(stored.width * 0.5))


def cut_of(stored: StoredFile, frame: Frame) -> Cut:
    """The part of a picture that is a portrait of the profile; NoFrame says which line is wrong or what is missing at which edge.

    The head is made as high as wanted, or higher within its band where the picture ends too near to it.
    """
    _check(stored, frame)
    head = frame.chin - frame.crown
    ways = [(wanted / head, above) for wanted in range(WANTED_HEAD, HEAD[1] + 1) for above in (sum(CROWN) / 2, CROWN[0])]
    way = next((one for one in ways if not _missing(stored, frame, *one)), None)
    if way is None:
        raise NoFrame(_missing(stored, frame, *ways[-1])[0])
    scale, above = way
    left, top = frame.middle - sum(MIDDLE) / 2 / scale, frame.crown - above / scale
    if HEIGHT - (frame.eyes - top) * scale < EYES:
        raise NoFrame(_l("The eyes would stand too low: check the lines of crown, eyes and chin."), field="eyes")
    right, bottom = min(stored.width, left + WIDTH / scale), min(stored.height, top + HEIGHT / scale)
    return Cut((max(0.0, left), max(0.0, top), right, bottom), WIDTH, HEIGHT, DPI, MOST_BYTES)


def _check(stored: StoredFile, frame: Frame) -> None:
    if not 0 <= frame.crown < stored.height:
        raise NoFrame(_l("The crown lies outside the picture, which is %(height)s pixels high.", height=stored.height), field="crown")
    if not frame.crown < frame.eyes < frame.chin:
        raise NoFrame(_l("The eyes must lie between crown and chin."), field="eyes")
    if frame.chin > stored.height:
        raise NoFrame(_l("The chin lies outside the picture, which is %(height)s pixels high.", height=stored.height), field="chin")
    if not 0 < frame.middle < stored.width:
        raise NoFrame(_l("The middle lies outside the picture, which is %(width)s pixels wide.", width=stored.width), field="middle")


def _missing(stored: StoredFile, frame: Frame, scale: float, above: float) -> list[Any]:
    """A sentence for each edge at which the picture ends too early if it is drawn at `scale` with the crown `above` pixels from the top."""
    half, top = sum(MIDDLE) / 2 / scale, frame.crown - above / scale
    short = {
        _l("the left"): half - frame.middle,
        _l("the right"): frame.middle + (WIDTH - sum(MIDDLE) / 2) / scale - stored.width,
        _l("the top"): -top,
        _l("the bottom"): top + HEIGHT / scale - stored.height,
    }
    sentence = _l("The picture ends too near to the head: %(pixels)s pixels are missing at %(edge)s. Take the photo again with more room.")
    return [sentence % {"pixels": round(much), "edge": edge} for edge, much in short.items() if much >= 1]
