"""How wide and how high a text is, set without kerning in the typefaces that print it; all measures in ems."""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise

import uharfbuzz

from reports.text import directions, typefaces
from reports.text.characters import JOINERS
from reports.text.typefaces import HAN, LATIN, Typeface


@cache
def _advance(char: str, typeface: Typeface, weight: str) -> float:
    font = typefaces.font(typeface.file(weight))
    glyph = font.get_nominal_glyph(ord(char))
    return font.get_glyph_h_advance(glyph) / font.face.upem if glyph is not None else 0.0


@cache
def _asks_for_latin(char: str) -> bool:
    is_accent = "\u0300" <= char <= "\u036f"  # is placed by the Latin typeface only
    return is_accent or (char not in JOINERS and typefaces.typeface_of(char) is LATIN)


def is_latin_first(text: str) -> bool:
    """Tell whether the Latin letters of `text` come from the Latin typeface: one word is never set in two designs."""
    return not text.isascii() and any(map(_asks_for_latin, text))


def runs(text: str) -> Iterator[tuple[Typeface, str]]:
    """Yield the pieces of cleaned `text` that one typeface sets; characters without any count as Han."""
    latin_first = is_latin_first(text)
    current, run = HAN, ""
    for char in text:
        stays = char in JOINERS or (char == " " and current.is_shaped)
        wanted = current if stays else typefaces.typeface_of(char, latin_first=latin_first) or HAN
        if run and wanted is not current:
            yield current, run
            run = ""
        current, run = wanted, run + char
    if run:
        yield current, run


@cache
def _plain_advance(char: str, weight: str) -> float | None:
    return _advance(char, HAN, weight) if typefaces.typeface_of(char) is HAN else None


def _shaped(text: str, font: uharfbuzz.Font) -> uharfbuzz.Buffer:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    return buffer


@lru_cache(maxsize=500)
def _shaped_width(text: str, typeface: Typeface, weight: str) -> float:
    font = typefaces.font(typeface.file(weight))
    return sum(position.x_advance for position in _shaped(text, font).glyph_positions) / font.face.upem


def width(text: str, *, weight: str = "regular") -> float:
    """Return the width of cleaned `text` in ems, set without kerning, each part in the typeface that prints it."""
    advances = [_plain_advance(char, weight) for char in text]
    if None not in advances:
        return sum(advances)  # type: ignore[arg-type]
    return sum(
        _shaped_width(run, typeface, weight) if typeface.is_shaped else sum(_advance(char, typeface, weight) for char in run)
        for part in directions.parts(text)
        for typeface, run in runs(part)
    )


@cache
def _reach(char: str) -> tuple[float, float]:
    typeface = typefaces.typeface_of(char) or HAN
    return max(typeface.above, HAN.above), max(typeface.below, HAN.below)


def reach(text: str) -> tuple[float, float]:
    """Return what `text`, which is not empty, needs above and below its baseline, in ems."""
    found = {_reach(char) for char in text}
    if not text.isascii() and any(unicodedata.combining(one) and unicodedata.combining(other) for one, other in pairwise(text)):
        found |= {_ink(run, typeface) for typeface, run in runs(text)}
    return max(above for above, _ in found), max(below for _, below in found)


def _ink(text: str, typeface: Typeface) -> tuple[float, float]:
    """Return how far the ink of shaped `text` reaches above and below its baseline: stacked marks go beyond what the typeface says."""
    font = typefaces.font(typeface.regular)
    buffer = _shaped(text, font)
    above, below = 0.0, 0.0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        extents = font.get_glyph_extents(info.codepoint)
        if extents:
            above = max(above, position.y_offset + extents.y_bearing)
            below = max(below, -(position.y_offset + extents.y_bearing + extents.height))
    return above / font.face.upem, below / font.face.upem
