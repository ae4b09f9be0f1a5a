"""Texts that people type: a line, a block, a name, an address, a reason. What is not folded stays as typed, or is refused with words."""

from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.foundation.errors import DomainError
from admin_app.foundation.typed_text import characters
from admin_app.foundation.typed_text.personal_numbers import id_numbers_in, mobile_numbers_in
from reports.text import folding

NAME_LENGTH, ADDRESS_LENGTH, ADDRESS_ROWS = 50, 200, 4
REASON_SHORTEST, REASON_LONGEST = 3, 200
NAMED = 5
"""Characters that a refusal names."""


class TextRefused(DomainError):
    """A text that cannot be kept as it was typed; details: `field`, the place in the form."""


class NumberRefused(TextRefused):
    """An ID number or a mobile number in a text: others read it, and no key protects it there."""


class ReasonMissing(TextRefused):
    """The action needs a reason in words."""


def line(text: str | None, *, most: int | None = None, field: str = "", has_phone: bool = False) -> str:
    """One line: white space of any kind is one blank, invisible characters are gone. TextRefused beyond `most` characters.

    NumberRefused for an ID number in it, and for a mobile number unless the line is there for one (`has_phone`).
    """
    kept = _without_numbers(_line(_possible(text, field)), field, has_phone=has_phone)
    return _short(kept, most, field)


def asked(text: str | None, *, most: int | None = None, field: str = "") -> str:
    """One line that is only looked for and never kept, so that it may be a number."""
    return _short(_line(_possible(text, field)), most, field)


def block(text: str | None, *, most: int | None = None, field: str = "") -> str:
    """Several lines, each read like line(), joined by newlines; empty ones stay, but for those at both ends."""
    rows = [_line(row) for row in characters.BREAKS.split(_possible(text, field))]
    kept = _without_numbers("\n".join(rows).strip("\n"), field)
    return _short(kept, most, field)


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
        raise TextRefused(_l("%(points)s cannot be used here. Please type it in another way.", points=points), field=field)


def refuse_id_numbers(text: str, field: str) -> None:
    """NumberRefused for an ID number in `text`; the sentence does not repeat it."""
    if any(id_numbers_in(text)):
        sentence = _l("This holds an ID number. Please take it out: it has a field of its own, where it is encrypted.")
        raise NumberRefused(sentence, field=field)


def _without_numbers(text: str, field: str, *, has_phone: bool = False) -> str:
    refuse_id_numbers(text, field)
    if not has_phone and any(mobile_numbers_in(text)):
        sentence = _l("This holds a mobile number. Please take it out: the resident's phone has a field of its own, where it is encrypted.")
        raise NumberRefused(sentence, field=field)
    return text


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
