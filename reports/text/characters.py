"""Which characters reach paper: what is folded, and what stops a document because no print font shows it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import uharfbuzz

from reports.text import typefaces
from reports.text.folding import BLANK, BREAK, LOST, without_invisible

JOINERS = "\u200c\u200d\u180e"
"""Format characters that a Mongolian or Arabic word needs to be spelled right; kept only inside such a word."""

MONGOLIAN_SELECTORS = "\u180b\u180c\u180d\u180f"
"""Choose the form of the Mongolian letter before them, and are not seen themselves."""

_WHITE_SPACE = re.compile(f"[{BLANK}{BREAK}]")
_LOST = re.compile(f"[{LOST}]")


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


def without_controls(text: str) -> str:
    """Return `text` without control, bidi and zero-width characters; white space becomes plain spaces."""
    return _composed(without_invisible(_LOST.sub("", _WHITE_SPACE.sub(" ", text))))


def _composed(text: str) -> str:
    """Return `text` with accents set on their letters (canonically equal); Han compatibility forms stay as they are."""
    if text.isascii() or not any(map(unicodedata.combining, text)):
        return text
    runs = groupby(text, key=lambda char: ord(char) >= 0x2E80)
    return "".join("".join(run) if is_east_asian else unicodedata.normalize("NFC", "".join(run)) for is_east_asian, run in runs)


def clean(text: str) -> str:
    """Return `text` as it is printed: no control characters, each run of white space as one space."""
    return " ".join(without_controls(text).split())


def is_selector(char: str) -> bool:
    """Tell whether `char` only picks a variant of the character before it."""
    return 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF


def _is_printable(char: str, before: str) -> bool:
    if is_selector(char):
        return bool(before) and typefaces.font(typefaces.HAN.regular).get_variation_glyph(ord(before), ord(char)) is not None
    if char in MONGOLIAN_SELECTORS:
        return "\u1800" <= before <= "\u18af"
    return char in JOINERS or char == " " or _has_ink(char)


@cache
def _has_ink(char: str) -> bool:
    """Tell whether a reader sees `char`: fonts have blank glyphs (U+3164), and what Unicode calls ignorable is not even drawn (U+034F)."""
    typeface = typefaces.typeface_of(char)
    if typeface is None:
        return False
    font, buffer = typefaces.font(typeface.regular), uharfbuzz.Buffer()
    buffer.add_str(char)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    drawn = [font.get_glyph_extents(info.codepoint) for info in buffer.glyph_infos]
    return any(extents is not None and extents.width and extents.height for extents in drawn)


def missing_characters(text: str) -> tuple[MissingCharacter, ...]:
    """Return the characters of `text`, each once in order, that the print fonts lack or show as a blank."""
    cleaned = clean(text)
    missing = {
        char: MissingCharacter(char, f"U+{ord(char):04X}")
        for before, char in zip(" " + cleaned, cleaned, strict=False)
        if not _is_printable(char, before)
    }
    return tuple(missing.values())
