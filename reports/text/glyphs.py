"""What the print fonts can print, how wide it is, and small copies of the fonts for a document."""

import io
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby

import uharfbuzz
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable

from reports.text import typefaces
from reports.text.typefaces import HAN, LATIN, Typeface

REMOVED_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control, format (bidi overrides, zero width), lone surrogate and separator characters never reach paper."""

JOINERS = "\u200c\u200d\u180e"
"""Format characters that a Mongolian or Arabic word needs to be spelled right; kept only inside such a word."""

ASCII = frozenset(range(0x20, 0x7F))


@dataclass(frozen=True)
class MissingCharacter:
    """A character that no print font has; `codepoint` reads like U+3106C."""

    char: str
    codepoint: str


@dataclass(frozen=True)
class UnprintableText:
    """One document (by its number) with the person it is for and the characters that cannot be printed."""

    number: str
    recipient: str
    characters: tuple[MissingCharacter, ...]


class MissingGlyphs(ValueError):
    """Raised before anything is rendered, so that no blank is ever printed in a name or an address.

    `problems` names the people; the words of the error, which may end in a log, only numbers and code points.
    """

    def __init__(self, problems: Iterable[UnprintableText]):
        self.problems = tuple(problems)
        super().__init__("; ".join(self._sentence(problem) for problem in self.problems))

    @staticmethod
    def _sentence(problem: UnprintableText) -> str:
        points = ", ".join(missing.codepoint for missing in problem.characters)
        return f"{problem.number}: no print font has {points}"


@cache
def _printed_as(char: str) -> str:
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) in REMOVED_CATEGORIES else char


def without_controls(text: str) -> str:
    """Return `text` without control, bidi and zero-width characters; white space becomes plain spaces."""
    kept: list[str] = []
    for char in text:
        if char in JOINERS:
            kept.append(char if kept and _is_joined(kept[-1]) else "")
        else:
            kept.append(_printed_as(char))
    return _composed("".join(kept))


def _is_joined(char: str) -> bool:
    return bool(char) and ("\u0600" <= char <= "\u08ff" or "\u1800" <= char <= "\u18af")


def _composed(text: str) -> str:
    """Return `text` with accents set on their letters (canonically equal); Han compatibility forms stay as they are."""
    if text.isascii() or not any(map(unicodedata.combining, text)):
        return text
    runs = groupby(text, key=lambda char: ord(char) >= 0x2E80)
    return "".join("".join(run) if is_east_asian else unicodedata.normalize("NFC", "".join(run)) for is_east_asian, run in runs)


def clean(text: str) -> str:
    """Return `text` as it is printed: no control characters, each run of white space as one space."""
    return " ".join(without_controls(text).split())


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


@lru_cache(maxsize=500)
def _shaped_width(text: str, typeface: Typeface, weight: str) -> float:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    font = typefaces.font(typeface.file(weight))
    uharfbuzz.shape(font, buffer)
    return sum(position.x_advance for position in buffer.glyph_positions) / font.face.upem


def width(text: str, *, weight: str = "regular") -> float:
    """Return the width of cleaned `text` in ems, set without kerning, each part in the typeface that prints it."""
    advances = [_plain_advance(char, weight) for char in text]
    if None not in advances:
        return sum(advances)  # type: ignore[arg-type]
    return sum(
        _shaped_width(run, typeface, weight) if typeface.is_shaped else sum(_advance(char, typeface, weight) for char in run)
        for typeface, run in runs(text)
    )


@cache
def _reach(char: str) -> tuple[float, float]:
    typeface = typefaces.typeface_of(char) or HAN
    return max(typeface.above, HAN.above), max(typeface.below, HAN.below)


def reach(text: str) -> tuple[float, float]:
    """Return what `text`, which is not empty, needs above and below its baseline, in ems."""
    found = {_reach(char) for char in text}
    return max(above for above, _ in found), max(below for _, below in found)


@cache
def is_plain(char: str) -> bool:
    """Tell whether `char` is one glyph that neither changes its neighbours nor runs from right to left."""
    typeface = typefaces.typeface_of(char)
    if typeface is None or typeface.is_shaped or is_selector(char):
        return False
    return not unicodedata.category(char).startswith("M") and unicodedata.bidirectional(char) not in {"R", "AL"}


def is_selector(char: str) -> bool:
    """Tell whether `char` only picks a variant of the character before it."""
    return 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF


def _is_printable(char: str, before: str) -> bool:
    if is_selector(char):
        return bool(before) and typefaces.font(HAN.regular).get_variation_glyph(ord(before), ord(char)) is not None
    return typefaces.typeface_of(char) is not None


def missing_characters(text: str) -> tuple[MissingCharacter, ...]:
    """Return the characters of `text`, each once in order, that the print fonts lack."""
    cleaned = clean(text)
    missing = {
        char: MissingCharacter(char, f"U+{ord(char):04X}")
        for before, char in zip(" " + cleaned, cleaned, strict=False)
        if not _is_printable(char, before)
    }
    return tuple(missing.values())


def typefaces_for(characters: Iterable[str]) -> tuple[Typeface, ...]:
    """Return the typefaces that a document with `characters` needs, the Han one always."""
    wanted = {HAN} | {typefaces.typeface_of(char) for char in set(characters)}
    return tuple(each for each in typefaces.available() if each in wanted)


def subset(characters: Iterable[str], *, typeface: Typeface = HAN, weight: str = "regular") -> bytes:
    """Return a font with just `characters`, ASCII and the forms they take, ready to be embedded whole."""
    wish = uharfbuzz.SubsetInput()
    wish.sets(uharfbuzz.SubsetInputSets.UNICODE).update(ASCII | {ord(char) for char in characters})
    wish.flags = uharfbuzz.SubsetFlags.DESUBROUTINIZE | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    path = typeface.file(weight)
    small = uharfbuzz.subset(typefaces.face(path), wish).blob.data
    return _renumbered(small) if path.suffix == ".otf" else small


def _renumbered(font_file: bytes) -> bytes:
    """Make character ids equal glyph ids: a PDF addresses the glyphs of a CID-keyed font by the former."""
    font = TTFont(io.BytesIO(font_file), lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    top = font["CFF "].cff.topDictIndex[0]
    names = {old: f"cid{index:05d}" if index else old for index, old in enumerate(top.charset)}
    strings = top.CharStrings
    strings.charStrings = {names[old]: string for old, string in strings.charStrings.items()}
    top.charset = strings.charset = list(names.values())
    outlines = DefaultTable("CFF ")
    outlines.data = font["CFF "].compile(font)
    font["CFF "] = outlines
    renumbered = io.BytesIO()
    font.save(renumbered, reorderTables=None)
    return renumbered.getvalue()
