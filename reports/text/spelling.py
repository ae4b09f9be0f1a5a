"""How a character is written for which no print font has a glyph: in brackets, by its sound where that is known, else by its code point."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from reports.text.characters import clean, missing_characters

Row = TypeVar("Row")


def spelled_out(text: str, latin: str = "") -> str:
    """`text` with each unprintable character in brackets: 孙(Yan), or 王(U+E863) where nobody knows how it sounds.

    `latin` is the whole text in Latin letters; its syllables stand for characters where both have the same number. What can be printed
    stays exactly as it is.
    """
    missing = {one.char: one.codepoint for one in missing_characters(text)}
    if not missing:
        return text
    cleaned, syllables = clean(text), latin.split()
    sounds = syllables if len(syllables) == len(cleaned) and not missing_characters(latin) else [""] * len(cleaned)
    pairs = zip(cleaned, sounds, strict=True)
    return "".join(f"({sound or missing[char]})" if char in missing else char for char, sound in pairs)


def printable(row: Row, latin: str = "") -> Row:
    """The row with all its texts spelled out, those in rows and tuples within it, too; `latin` is for its field `resident`."""
    changes: dict[str, Any] = {}
    for one in fields(row):  # type: ignore[arg-type]
        value = getattr(row, one.name)
        changes[one.name] = spelled_out(value, latin) if one.name == "resident" and isinstance(value, str) else _printable(value)
    return replace(row, **changes)  # type: ignore[type-var]


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return spelled_out(value)
    if isinstance(value, tuple):
        return tuple(_printable(one) for one in value)
    return printable(value) if is_dataclass(value) and not isinstance(value, type) else value
