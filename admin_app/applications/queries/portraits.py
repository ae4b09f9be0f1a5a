"""What the photo desk says of a photo: the figures outside its rules, and which part of a larger picture would be a portrait."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications import rules
from admin_app.applications.models import Application, Document
from admin_app.applications.queries import profiles
from admin_app.applications.rules import photo
from admin_app.applications.rules.photo import PhotoRules
from admin_app.foundation.errors import DomainError
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.portraits import Box, Cut

NO_DPI = 350
"""What a portrait that is cut out says of its resolution where the profile asks for none."""


@dataclass(frozen=True)
class Frame:
    """Where a face stands in a picture, in its pixels: crown, chin and eyes from the top, the middle from the left."""

    crown: int
    chin: int
    eyes: int
    middle: int


class NoFrame(DomainError):
    """The lines leave no portrait of the profile."""


def outside(document: Document) -> list[photo.Finding]:
    """What of a photo lies outside the rules by which it was measured; nothing of a file that was not."""
    measured = document.file.measured
    return photo.outside(measured, profiles.of_document(document).rules) if measured else []


def outside_of_case(case: Application) -> list[photo.Finding]:
    """What lies outside in any photo of a case, each finding once."""
    found: list[photo.Finding] = []
    for document in case.documents:
        if document.material == rules.Material.PHOTO and document.removed_at is None:
            found += [one for one in outside(document) if one not in found]
    return found


def findings_for(code: str, found: list[photo.Finding]) -> list[photo.Finding]:
    """The findings that a coded reason names."""
    if code == rules.SAYS_ANY_FIGURE:
        return found
    return [one for one in found if one["figure"] in rules.SAYS_PHOTO.get(code, ())]


def findings_by_reason(case: Application) -> Mapping[str, list[str]]:
    """Coded reason -> what would be said with it of the photos of this case, in the reader's language."""
    found = outside_of_case(case)
    codes = (*rules.SAYS_PHOTO, rules.SAYS_ANY_FIGURE)
    return {code: [photo.sentence(one) for one in findings_for(code, found)] for code in codes} if found else {}


def failures(document: Document) -> list[Any]:
    """A sentence for each figure of a photo that is outside its rules; a file that is no picture has one for all."""
    if document.file.is_pdf:
        return [_l("A photo must be a picture, not a PDF: its pixels cannot be measured.")]
    return [photo.sentence(one) for one in outside(document)]


def usual_frame(stored: StoredFile) -> Frame:
    """Where a face stands in a usual photo: a frame to begin with."""
    return Frame(round(stored.height * 0.12), round(stored.height * 0.72), round(stored.height * 0.42), round(stored.width * 0.5))


def cut_of(stored: StoredFile, frame: Frame, asked: PhotoRules) -> Cut:
    """The part of a picture that is a portrait as `asked`; NoFrame says which line is wrong or what is missing at which edge.

    The head is made as high as wanted, or higher within its band where the picture ends too near to it.
    """
    _check(stored, frame)
    head = frame.chin - frame.crown
    heads = range(asked.head_wanted, asked.head_most + 1)
    ways = [(wanted / head, above) for wanted in heads for above in (asked.crown, asked.crown_least)]
    way = next((one for one in ways if not _missing(stored, frame, asked, *one)), None)
    if way is None:
        raise NoFrame(_missing(stored, frame, asked, *ways[-1])[0])
    scale, above = way
    left, top = frame.middle - asked.middle / scale, frame.crown - above / scale
    if asked.height_least - (frame.eyes - top) * scale < asked.eyes_least:
        raise NoFrame(_l("The eyes would stand too low: check the lines of crown, eyes and chin."), field="eyes")
    right = min(stored.width, left + asked.width_least / scale)
    bottom = min(stored.height, top + asked.height_least / scale)
    return cut((max(0.0, left), max(0.0, top), right, bottom), asked)


def cut(box: Box, asked: PhotoRules) -> Cut:
    """The part `box` of a picture as a portrait of the smallest size that is asked for."""
    return Cut(box, asked.width_least, asked.height_least, asked.dpi or NO_DPI, round(asked.kilobytes_most * 1000))


def _check(stored: StoredFile, frame: Frame) -> None:
    if not 0 <= frame.crown < stored.height:
        raise NoFrame(_l("The crown lies outside the picture, which is %(height)s pixels high.", height=stored.height), field="crown")
    if not frame.crown < frame.eyes < frame.chin:
        raise NoFrame(_l("The eyes must lie between crown and chin."), field="eyes")
    if frame.chin > stored.height:
        raise NoFrame(_l("The chin lies outside the picture, which is %(height)s pixels high.", height=stored.height), field="chin")
    if not 0 < frame.middle < stored.width:
        raise NoFrame(_l("The middle lies outside the picture, which is %(width)s pixels wide.", width=stored.width), field="middle")


def _missing(stored: StoredFile, frame: Frame, asked: PhotoRules, scale: float, above: float) -> list[Any]:
    """A sentence for each edge at which the picture ends too early if it is drawn at `scale` with the crown `above` pixels from the top."""
    half, top = asked.middle / scale, frame.crown - above / scale
    short = {
        _l("the left"): half - frame.middle,
        _l("the right"): frame.middle + (asked.width_least - asked.middle) / scale - stored.width,
        _l("the top"): -top,
        _l("the bottom"): top + asked.height_least / scale - stored.height,
    }
    sentence = _l("The picture ends too near to the head: %(pixels)s pixels are missing at %(edge)s. Take the photo again with more room.")
    return [sentence % {"pixels": round(much), "edge": edge} for edge, much in short.items() if much >= 1]
