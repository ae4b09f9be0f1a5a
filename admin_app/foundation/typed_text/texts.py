"""Texts that people type: a line, a block, a name, an address, a reason. What is not folded stays as typed, or is refused with words."""

from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.foundation.errors import DomainError
from admin_app.foundation.typed_text import characters
from reports.text import folding

NAME_LENGTH, ADDRESS_LENGTH, ADDRESS_ROWS = 50, 200, 4
REASON_SHORTEST, REASON_LONGEST = 3, 200
NAMED = 5
"""Characters that a refusal names."""


class TextRefused(DomainError):
    """A text that cannot be kept as it was typed; details: `field`, the place in the form."""


class ReasonMissing(TextRefused):
    """The action needs a reason in words."""


def line(text: str | None, *, most: int | None = None, field: str = "") -> str:
    """One line: white space of any kind is one blank, invisible characters are gone. TextRefused beyond `most` characters."""
    return _short(_line(_possible(text, field)), most, field)


def block(text: str | None, *, most: int | None = None, field: str = "") -> str:
    """Several lines, each read like line(), joined by newlines; empty ones stay, but for those at both ends."""
    rows = [_line(row) for row in characters.BREAKS.split(_possible(text, field))]
    return _short("\n".join(rows).strip("\n"), most, field)


def unfinished(text: str | None, *, most: int, field: str) -> str:
    """What somebody is still typing, exactly as it is; TextRefused for what could never be kept, and beyond `most` characters."""
    return _short(_possible(text, field), most, field)


def folded(text: str | None) -> str:
    """`text` as block() folds it, of any length and with whatever else is in it: to compare what was typed with what is stored."""
    return "\n".join(_line(row) for row in characters.BREAKS.split(text or "")).strip("\n")


def shown(text: str | None) -> str:
    """One line as line() reads it, without what no record can hold: for what nobody typed, such as the name of a file."""
    return characters.without_impossible(_line(text or ""))


def address(text: str | None, *, field: str = "address") -> str:
    """Rows of a label, one a line, at most ADDRESS_ROWS and ADDRESS_LENGTH characters together; '' for none."""
    kept = "\n".join(filter(None, block(text, field=field).split("\n")))
    if len(kept) > ADDRESS_LENGTH or kept.count("\n") >= ADDRESS_ROWS:
        sentence = _l("An address has at most %(rows)s lines and %(length)s characters.", rows=ADDRESS_ROWS, length=ADDRESS_LENGTH)
        raise TextRefused(sentence, field=field)
    return kept


def name(text: str | None, *, most: int = NAME_LENGTH, field: str = "name") -> str:
    """A name of 1 to `most` characters in any script, with at least one letter."""
    kept = line(text, field=field)
    if not characters.letters(kept):
        raise TextRefused(_l("Please enter the name as it stands on the ID card."), field=field)
    if len(kept) > most:
        raise TextRefused(_l("A name has at most %(most)s characters; this one has %(length)s.", most=most, length=len(kept)), field=field)
    return kept


def reason(text: str | None, *, field: str = "reason") -> str:
    """Why somebody does what needs a reason: one line with REASON_SHORTEST letters at least and REASON_LONGEST characters at most.

    The one rule for every action that asks for a reason in words (docs/adr/0018).
    """
    kept = line(text, field=field)
    if characters.letters(kept) < REASON_SHORTEST or len(kept) > REASON_LONGEST:
        sentence = _l("Please say why, in %(least)s to %(most)s characters.", least=REASON_SHORTEST, most=REASON_LONGEST)
        raise ReasonMissing(sentence, field=field)
    return kept


def refuse(chars: list[str], field: str) -> None:
    """TextRefused with the code points of `chars`; nothing where there are none."""
    if chars:
        points = ", ".join(characters.point(char) for char in chars[:NAMED])
        raise TextRefused(_l("%(points)s cannot stand here. Please type it in another way.", points=points), field=field)


def _possible(text: Any, field: str) -> str:
    text = str(text or "")
    refuse(characters.impossible(text), field)
    return text


def _line(text: str) -> str:
    visible = folding.without_invisible(characters.BREAKS.sub(" ", text))
    return characters.composed(characters.BLANKS.sub(" ", visible)).strip(" ")


def _short(text: str, most: int | None, field: str) -> str:
    if most is not None and len(text) > most:
        sentence = _l("At most %(most)s characters; these are %(length)s.", most=most, length=len(text))
        raise TextRefused(sentence, field=field)
    return text
