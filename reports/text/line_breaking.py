"""Where lines of Chinese and Latin text may break."""

import unicodedata
from collections.abc import Iterator
from functools import cache

from reports.text.characters import is_selector
from reports.text.measuring import width

MM_PER_POINT = 25.4 / 72
NO_BREAK = "\N{NO-BREAK SPACE}"
NEVER_FIRST = "，。、；：！？）】》”’,.;:!?)]%"
"""Characters that do not start a line."""

SHORTEST = 2.5
"""Width in ems under which a last line looks lost."""

TIGHTER = (0.92, 0.84, 0.76, 0.68)
"""Shares of the width that are tried to fill the last line."""

TIBETAN_BREAKS = "\u0f0b\u0f0d"
"""Tibetan has no blanks between words; a line may end behind the dot between syllables or a stroke."""


def wrap(words: str, *, points: float, width_mm: float, weight: str = "regular") -> list[str]:
    """Break cleaned `words` into lines: at spaces in Latin text, anywhere between Han characters.

    A last line of one or two characters is filled up from the lines above, if that takes no further line.
    """
    limit = width_mm / (points * MM_PER_POINT)
    if width(words, weight=weight) <= limit:
        return [words] if words else []
    lines = _greedy(words, limit, weight)
    for tighter in TIGHTER:
        if width(lines[-1], weight=weight) >= SHORTEST:
            break
        again = _greedy(words, limit * tighter, weight)
        if len(again) != len(lines):
            break
        if width(again[-1], weight=weight) >= SHORTEST:
            return again
    return lines


def _greedy(words: str, limit: float, weight: str) -> list[str]:
    lines, current = [], ""
    for unit in units(words):
        if current and width((current + unit).rstrip(), weight=weight) > limit:
            lines.append(current.rstrip())
            current = ""
        while width(unit.rstrip(), weight=weight) > limit and len(unit) > 1:
            head = _head(unit, limit, weight)
            lines.append(head.rstrip())
            unit = unit[len(head) :].lstrip()
        current += unit
    return [*lines, current.rstrip()] if current.strip() else lines


def units(words: str) -> Iterator[str]:
    """Yield the pieces of `words` that are not torn apart while a line has room for them."""
    unit = ""
    for char in words:
        if unit and _may_break(unit[-1], char):
            yield unit
            unit = ""
        unit += char
    if unit:
        yield unit


def _may_break(before: str, after: str) -> bool:
    if after in (" ", NO_BREAK) or after in NEVER_FIRST or _is_attached(after):
        return False
    if before == NO_BREAK:
        return False
    return before == " " or before in TIBETAN_BREAKS or _is_wide(before) or _is_wide(after)


@cache
def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


@cache
def _is_attached(char: str) -> bool:
    return is_selector(char) or unicodedata.category(char).startswith(("M", "Cf"))


def _head(unit: str, limit: float, weight: str) -> str:
    length = 1
    while width(unit[: length + 1], weight=weight) <= limit:
        length += 1
    while length < len(unit) and _is_attached(unit[length]):
        length += 1
    return unit[:length]
