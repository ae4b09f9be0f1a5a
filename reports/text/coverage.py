"""How many characters of each script the print fonts of this machine have, counted in the fonts themselves."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from reports.text import typefaces

Range = tuple[int, int]

NOT_PRINTED = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


@dataclass(frozen=True)
class Script:
    """Characters that belong together; `assigned` is their number, None to ask the Unicode tables of Python."""

    code: str
    ranges: tuple[Range, ...]
    assigned: int | None = None


SCRIPTS = (
    Script("han", ((0x4E00, 0x9FFF),), 20_992),
    Script("han_a", ((0x3400, 0x4DBF),), 6_592),
    Script("han_b", ((0x20000, 0x2A6DF),), 42_720),
    Script("han_c", ((0x2A700, 0x2B73F),), 4_154),
    Script("han_d", ((0x2B740, 0x2B81F),), 222),
    Script("han_e", ((0x2B820, 0x2CEAF),), 5_762),
    Script("han_f", ((0x2CEB0, 0x2EBEF),), 7_473),
    Script("han_g", ((0x30000, 0x3134F),), 4_939),
    Script("han_h", ((0x31350, 0x323AF),), 4_192),
    Script("latin", ((0x20, 0x24F), (0x1E00, 0x1EFF))),
    Script("greek", ((0x370, 0x3FF),)),
    Script("cyrillic", ((0x400, 0x52F),)),
    Script("arabic", ((0x600, 0x6FF), (0x750, 0x77F))),
    Script("tibetan", ((0xF00, 0xFFF),)),
    Script("mongolian", ((0x1800, 0x18AF),)),
    Script("yi", ((0xA000, 0xA4CF),)),
    Script("hebrew", ((0x590, 0x5FF),)),
    Script("thai", ((0xE00, 0xE7F),)),
    Script("devanagari", ((0x900, 0x97F),)),
)
"""Han in the blocks of Unicode 15, whose tables are younger than those of Python 3.11, therefore with their numbers."""


@dataclass(frozen=True)
class Coverage:
    """How many of the `assigned` characters of a script can be printed."""

    script: Script
    printable: int
    assigned: int


@cache
def coverage() -> tuple[Coverage, ...]:
    """Return what this machine can print, script by script; counted once a process."""
    has = set[int]().union(*(typefaces.face(each.regular).unicodes for each in typefaces.available()))
    return tuple(_covered(script, has) for script in SCRIPTS)


def _covered(script: Script, has: set[int]) -> Coverage:
    points = [point for first, last in script.ranges for point in range(first, last + 1)]
    if script.assigned is not None:
        return Coverage(script, sum(point in has for point in points), script.assigned)
    letters = [point for point in points if unicodedata.category(chr(point)) not in NOT_PRINTED]
    return Coverage(script, sum(point in has for point in letters), len(letters))


def rare_fonts() -> Iterable[tuple[str, bool]]:
    """Yield the file name of each big font for rare Han and whether this machine has it."""
    found = {each.regular.name for each in typefaces.available()}
    for name in typefaces.RARE_HAN:
        yield name, name in found
