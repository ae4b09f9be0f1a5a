"""The shipped print fonts: what they can print, how wide it is, and small copies of them for a document."""

import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import uharfbuzz
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable

FOLDER = Path(__file__).parent / "fonts"
FILES = {"regular": FOLDER / "NotoSansCJKsc-Regular.otf", "bold": FOLDER / "NotoSansCJKsc-Bold.otf"}

REMOVED_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control, format (bidi overrides, zero width), lone surrogate and separator characters never reach paper."""

ASCII = frozenset(range(0x20, 0x7F))


@dataclass(frozen=True)
class MissingCharacter:
    """A character that no shipped font can print; `codepoint` reads like U+3106C."""

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
        return f"{problem.number}: no shipped font has {points}"


def without_controls(text: str) -> str:
    """Return `text` without control, bidi and zero-width characters; white space becomes plain spaces."""
    spaced = (" " if char.isspace() else char for char in text)
    return "".join(char for char in spaced if unicodedata.category(char) not in REMOVED_CATEGORIES)


def clean(text: str) -> str:
    """Return `text` as it is printed: no control characters, each run of white space as one space."""
    return " ".join(without_controls(text).split())


@cache
def _font(weight: str) -> uharfbuzz.Font:
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(FILES[weight]))))


@cache
def _advance(char: str, weight: str) -> float:
    font = _font(weight)
    glyph = font.get_nominal_glyph(ord(char))
    return font.get_glyph_h_advance(glyph) / font.face.upem if glyph is not None else 0.0


def width(text: str, *, weight: str = "regular") -> float:
    """Return the width of cleaned `text` in ems, set without kerning."""
    return sum(_advance(char, weight) for char in text)


@cache
def _has(char: str) -> bool:
    return _font("regular").get_nominal_glyph(ord(char)) is not None


def is_selector(char: str) -> bool:
    """Tell whether `char` only picks a variant of the character before it."""
    return 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF


def _is_printable(char: str, before: str) -> bool:
    if is_selector(char):
        return bool(before) and _font("regular").get_variation_glyph(ord(before), ord(char)) is not None
    return _has(char)


def missing_characters(text: str) -> tuple[MissingCharacter, ...]:
    """Return the characters of `text`, each once in order, that the shipped fonts lack."""
    cleaned = clean(text)
    missing = {
        char: MissingCharacter(char, f"U+{ord(char):04X}")
        for before, char in zip(" " + cleaned, cleaned, strict=False)
        if not _is_printable(char, before)
    }
    return tuple(missing.values())


def subset(characters: Iterable[str], *, weight: str = "regular") -> bytes:
    """Return an OpenType font with just `characters` and ASCII, ready to be embedded whole."""
    wish = uharfbuzz.SubsetInput()
    wish.sets(uharfbuzz.SubsetInputSets.UNICODE).update(ASCII | {ord(char) for char in characters})
    wish.flags = uharfbuzz.SubsetFlags.DESUBROUTINIZE | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    return _renumbered(uharfbuzz.subset(_font(weight).face, wish).blob.data)


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
