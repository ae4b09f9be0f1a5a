"""Where lines of Chinese and Latin text may break."""

from collections.abc import Iterator

from reports import glyphs

MM_PER_POINT = 25.4 / 72
NO_BREAK = "\N{NO-BREAK SPACE}"
NEVER_FIRST = "，。、；：！？）】》”’,.;:!?)]%"
"""Characters that do not start a line."""


def wrap(words: str, *, points: float, width_mm: float, weight: str = "regular") -> list[str]:
    """Break cleaned `words` into lines: at spaces in Latin text, anywhere between Han characters."""
    limit = width_mm / (points * MM_PER_POINT)
    if glyphs.width(words, weight=weight) <= limit:
        return [words] if words else []
    lines, current = [], ""
    for unit in units(words):
        if current and glyphs.width((current + unit).rstrip(), weight=weight) > limit:
            lines.append(current.rstrip())
            current = ""
        while glyphs.width(unit.rstrip(), weight=weight) > limit and len(unit) > 1:
            head = _head(unit, limit, weight)
            lines.append(head)
            unit = unit[len(head) :]
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
    if after in (" ", NO_BREAK) or after in NEVER_FIRST or glyphs.is_selector(after):
        return False
    if before == NO_BREAK:
        return False
    return before == " " or _is_wide(before) or _is_wide(after)


def _is_wide(char: str) -> bool:
    return ord(char) >= 0x2E80


def _head(unit: str, limit: float, weight: str) -> str:
    length = 1
    while glyphs.width(unit[: length + 1], weight=weight) <= limit:
        length += 1
    return unit[:length]
