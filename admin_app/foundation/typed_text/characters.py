"""What is folded of a text that somebody types, and what is refused: by the one table of reports/text/folding.py (docs/adr/0018)."""

import re
import unicodedata

from reports.text.folding import BLANK, BREAK, GAPS, IGNORABLE, LOST

_LAST_OF_PLANES = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
IMPOSSIBLE = f"{LOST}\ufffd\ufdd0-\ufdef{_LAST_OF_PLANES}"
"""NUL, halves of a character, what stands for a character that was lost on the way, and what will never be a character."""

BREAKS = re.compile(f"\r\n|[{BREAK}]")
_IGNORABLE = re.compile(f"[{IGNORABLE}]+")
BLANKS = re.compile(f"[{BLANK}{GAPS}]+")
_IMPOSSIBLE = re.compile(f"[{IMPOSSIBLE}]")
_COMPATIBILITY_IDEOGRAPHS = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")


def composed(text: str) -> str:
    """`text` in Unicode's form NFC, but for Han compatibility ideographs: NFC would put another character in their place."""
    if text.isascii():
        return text
    parts = _COMPATIBILITY_IDEOGRAPHS.split(text)
    return "".join(part if place % 2 else unicodedata.normalize("NFC", part) for place, part in enumerate(parts))


def compatible(text: str) -> str:
    """`text` in Unicode's form NFKC: full-width forms made plain. For numbers and search keys only."""
    return unicodedata.normalize("NFKC", text)


def impossible(text: str) -> list[str]:
    """The characters of `text` that no record can hold, each once."""
    return list(dict.fromkeys(_IMPOSSIBLE.findall(text)))


def without_impossible(text: str) -> str:
    """`text` without what no record can hold."""
    return _IMPOSSIBLE.sub("", text)


def letters(text: str) -> int:
    """How many letters, ideographs and digits `text` has; what Python does not know counts as one of them, what is never drawn does not."""
    return sum(unicodedata.category(char)[0] not in "ZPSM" for char in _IGNORABLE.sub("", text))


def point(char: str) -> str:
    """How people name a character: U+2EBF0."""
    return f"U+{ord(char):04X}"
