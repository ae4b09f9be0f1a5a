"""The sentences of each notice: files in both languages (texts/), filled with facts. Pure functions.

A file is a template with a version: whoever changes a sentence raises it. What was said to somebody is kept as it was said, not as the
file says it today.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from admin_app.notices.rules.states import Kind

TEXTS = Path(__file__).parent / "texts"
POINT = "· "
"""What a line of a list begins with in a notice that is kept."""


@dataclass(frozen=True)
class Recipient:
    """To whom a letter goes: what stands in the window of its envelope. Empty lines: nothing is known, the counter hands it over."""

    name: str
    postcode: str = ""
    address: str = ""
    """Lines, separated by newlines."""

    @property
    def lines(self) -> str:
        """Postcode, address, name: a line each, as it is kept."""
        return "\n".join(part for part in (self.postcode, *self.address.splitlines(), self.name) if part)


@dataclass(frozen=True)
class Said:
    """What is to be said to a resident, worked out by the room in which it happened."""

    kind: Kind
    template: str
    """Name of a file of texts/."""
    language: str
    about: str
    """What makes it one: said twice of the same, it is said once. Public ids, never personal data."""
    reference: str
    """Of the case, as people call it."""
    case_ref: str
    """Its public id."""
    centre_id: int
    facts: Mapping[str, str]
    to: Recipient
    reasons: tuple[str, ...] = ()
    """The texts of the coded reasons, in `language`."""


@dataclass(frozen=True)
class Words:
    """A notice, sentence by sentence."""

    title: str
    blocks: tuple[str | tuple[str, ...], ...]
    """Paragraphs; a tuple is a list of points."""

    @property
    def text(self) -> str:
        """All of it as one text, as it is kept: paragraphs with an empty line between, points with a dot."""
        parts = ("\n".join(POINT + point for point in block) if isinstance(block, tuple) else block for block in self.blocks)
        return "\n\n".join((self.title, *parts))


def read_words(text: str) -> Words:
    """The sentences of a notice that is kept."""
    title, *parts = text.split("\n\n")
    return Words(title, tuple(_block(part) for part in parts))


def _block(part: str) -> str | tuple[str, ...]:
    lines = part.split("\n")
    return tuple(line.removeprefix(POINT) for line in lines) if all(line.startswith(POINT) for line in lines) else part


def compose(said: Said) -> Words:
    """The sentences that tell it: the same on the desk before somebody decides, in the letter, and in what is kept.

    KeyError for a template, a language or a fact that there is not: nothing is sent with a hole in it.
    """
    words = template(said.template)[said.language]
    before, after = (tuple(_filled(text, said.facts) for text in words.get(part, ())) for part in ("before", "after"))
    points = tuple(" ".join(reason.split()) for reason in said.reasons)
    return Words(_filled(words["title"], said.facts), (*before, *((points,) if points else ()), *after))


def short(said: Said) -> str:
    """The same in the few words of a message to a phone: no name, no number of a person, no link, no reason."""
    return _filled(template(said.template)[said.language]["short"], said.facts)


def version_of(name: str) -> int:
    """The version of a template."""
    return int(template(name)["version"])


def names() -> list[str]:
    """The templates that there are."""
    return sorted(path.stem for path in TEXTS.glob("*.toml"))


@cache
def template(name: str) -> Mapping[str, Any]:
    """A file of texts/; KeyError for one that there is not."""
    path = TEXTS / f"{name}.toml"
    if name not in names():
        raise KeyError(name)
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _filled(text: str, facts: Mapping[str, str]) -> str:
    """The sentence with its facts; what stands in a fact is never read as a place for another one, and stays in its line."""
    return "".join(
        literal + (" ".join(facts[name].split()) if name else "") for literal, name, _format, _conversion in Formatter().parse(text)
    )


def language_of(resident: Any) -> str:
    """The language in which the office writes to a resident: the one they asked for, else the one of their name."""
    return resident.language or language_for(resident.name)


def language_for(name: str) -> str:
    """The language in which the office writes to somebody: Chinese, and English to whoever's name has no Chinese character."""
    return "zh" if any(char >= "\u2e80" for char in name) else "en"
