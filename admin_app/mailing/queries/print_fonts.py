"""What the print fonts of this machine can print, for the page of the label stocks."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from reports.text import coverage

NAMES = {
    "han": _l("Han characters in daily use"), "han_a": _l("Rare Han, extension A"), "han_b": _l("Rare Han, extension B"),
    "han_c": _l("Rare Han, extension C"), "han_d": _l("Rare Han, extension D"), "han_e": _l("Rare Han, extension E"),
    "han_f": _l("Rare Han, extension F"), "han_g": _l("Rare Han, extension G"), "han_h": _l("Rare Han, extension H"),
    "latin": _l("Latin: pinyin, Vietnamese, all European languages"), "greek": _l("Greek"), "cyrillic": _l("Cyrillic"),
    "arabic": _l("Arabic script: Uyghur, Kazakh, Kyrgyz"), "tibetan": _l("Tibetan"), "mongolian": _l("Mongolian and Manchu"),
    "yi": _l("Yi"), "hebrew": _l("Hebrew"), "thai": _l("Thai"), "devanagari": _l("Devanagari: Hindi, Nepali, Marathi"),
}  # fmt: skip


@dataclass(frozen=True)
class ScriptLine:
    """One script on the page: how many of its characters can be printed."""

    name: Any
    ranges: str
    printable: int
    assigned: int

    @property
    def mark(self) -> str:
        """The shape that says it at a glance."""
        if self.printable == self.assigned:
            return "check"
        return "triangle" if self.printable < self.assigned * 0.9 else "dot"


def printable_scripts() -> list[ScriptLine]:
    """Every script that names are written in here."""
    return [
        ScriptLine(NAMES[each.script.code], _ranges(each.script), each.printable, each.assigned) for each in coverage.coverage()
    ]  # fmt: skip


def _ranges(script: coverage.Script) -> str:
    return ", ".join(f"U+{first:04X}–{last:04X}" for first, last in script.ranges)


def rare_fonts() -> list[tuple[str, bool]]:
    """File name of each big font for rare Han, and whether this machine has it."""
    return list(coverage.rare_fonts())
