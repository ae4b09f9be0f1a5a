"""Which label design is taken by itself: the table label_choice.toml, by delivery way, script of the name and kind of label stock."""

import tomllib
import unicodedata
from enum import StrEnum
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, Field

from admin_app.foundation.i18n import pick
from reports.labels.designs import Design, Purpose, Variant, designs
from reports.labels.rows import Kind

TABLE = Path(__file__).with_name("label_choice.toml")
BY_RULE, BY_TABLE = "rule", _l("By the table of rules")
"""In the place of a design or a variant: the table decides for each parcel."""


class Way(StrEnum):
    """How a card reaches its resident."""

    POST = "post"
    COUNTER = "counter"
    """The resident collects it."""


class Script(StrEnum):
    """In which writing a name stands."""

    HAN = "han"
    """Any Han character in it."""
    LATIN = "latin"
    OTHER = "other"
    """Uyghur, Tibetan, Mongolian, Cyrillic …"""


class Choice(NamedTuple):
    """A design and in which languages its words stand."""

    design: str
    variant: str


class Rule(BaseModel):
    """One line of the table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    way: Way
    scripts: tuple[Script, ...] = Field(min_length=1)
    kinds: tuple[Kind, ...] = Field(min_length=1)
    design: str
    variant: Variant


class Table(BaseModel):
    """The table as it stands in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: tuple[Rule, ...]


WAYS = {Way.POST: (Purpose.POST, tuple(Kind)), Way.COUNTER: (Purpose.COUNTER, (Kind.SHEET,))}
"""way -> what its labels are for, and the kinds of stock that they may be printed on."""

WAY_LABELS = {Way.POST: _l("By post"), Way.COUNTER: _l("At the counter")}
SCRIPT_LABELS = {Script.HAN: _l("Chinese"), Script.LATIN: _l("Latin letters"), Script.OTHER: _l("Another script")}
VARIANT_LABELS = {Variant.ZH: _l("Chinese"), Variant.LATIN: _l("Latin letters, English"), Variant.BOTH: _l("Chinese and Latin letters")}
WORDS_LABELS = {BY_RULE: _l("By the script of each name"), **VARIANT_LABELS}
"""What a batch may say about its words."""


@cache
def table() -> tuple[Rule, ...]:
    """The lines in order; ValueError if one of them names no design for its stock, or a case has no line."""
    lines = Table.model_validate(tomllib.loads(TABLE.read_text(encoding="utf-8"))).rule
    check(lines)
    return lines


def check(lines: tuple[Rule, ...]) -> None:
    """ValueError if a line names no design that is made for its stock and its way, or a case has no line."""
    for line in lines:
        design, (purpose, _kinds) = designs().get(line.design), WAYS[line.way]
        if design is None or design.purpose != purpose or not set(line.kinds) <= set(design.kinds):
            raise ValueError(f"label_choice.toml: {line.design} is no design for {line.way} on {', '.join(line.kinds)}")
    for way, (_purpose, kinds) in WAYS.items():
        for script, kind in product(Script, kinds):
            if _first(lines, way, script, kind) is None:
                raise ValueError(f"label_choice.toml: no line for {way}, {script}, {kind}")


def _first(lines: tuple[Rule, ...], way: Way, script: Script, kind: str) -> Rule | None:
    return next((one for one in lines if one.way == way and script in one.scripts and kind in one.kinds), None)


def chosen(way: Way, name: str, kind: str) -> Choice:
    """What the table says for a name on a kind of stock."""
    line = _first(table(), way, script_of(name), kind)
    if line is None:  # check() has seen every case of its way
        raise ValueError(f"no label for {way} on {kind}")
    return Choice(line.design, line.variant)


@cache
def _letter(char: str) -> str:
    return unicodedata.name(char, "") if char.isalpha() else ""


def script_of(name: str) -> Script:
    """The writing of a name: Han as soon as one character is, Latin if every letter is (or there is none), else another one."""
    said = [_letter(char) or ("CJK" if ord(char) >= 0x2E80 and char.isalpha() else "") for char in name]
    if any(one.startswith("CJK") for one in said):
        return Script.HAN
    return Script.LATIN if all(one.startswith("LATIN") for one in said if one) else Script.OTHER


def for_post() -> list[Design]:
    """The designs that a batch may be given by hand."""
    return [one for one in designs().values() if one.purpose == Purpose.POST]


def design_name(code: str) -> str:
    """What a design is called in the reader's language; its code where there is no such design any more."""
    if code == BY_RULE:
        return str(BY_TABLE)
    return pick(designs()[code], "name") if code in designs() else code


def document_language(words: str) -> str:
    """The language of a whole document of labels: 'en' if all of them are in Latin letters, else 'zh'."""
    return "en" if words == Variant.LATIN else "zh"
