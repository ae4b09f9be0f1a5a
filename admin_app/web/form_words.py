"""What somebody chose in a form that is on its page no more, in the words of the form: a code of ours says nothing to a person."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from flask_babel import gettext as _
from wtforms import BooleanField
from wtforms.fields.core import UnboundField

from admin_app.web import fact_words
from admin_app.web.desk_form import DeskForm


class Words(NamedTuple):
    """A field as its form names it, and what each of its codes is called."""

    label: str
    choices: dict[str, str]
    first: str
    """What is chosen unless somebody chooses."""
    is_box: bool


def chosen(sent: Collection[str], name: str, value: str) -> str | None:
    """Field and choice in words, of the form that offers the value and has most of the fields `sent`; '' for what stands there by itself.

    None for no choice.
    """
    words = _words_of(sent, name, value)
    if words is None or not (words.is_box or value in words.choices):
        return None
    if words.is_box:
        return words.label
    if value == words.first or not value:
        return ""
    return str(_("%(field)s: %(choice)s", field=words.label, choice=words.choices[value]))


def reason(code: str) -> str:
    """The sentence of a reason code of the office (a document is refused with one); '' for what is none."""
    words: Any = getattr(fact_words.known("applications", "reasons"), "words", str)
    told = str(words(code))
    return "" if told == code else told


def _words_of(sent: Collection[str], name: str, value: str) -> Words | None:
    """Of two forms with the same fields (why and reason) the one is meant whose choice has the value."""
    found = [
        (value in words.choices, _likeness(one, set(sent)), words)
        for one in _forms(DeskForm)
        if (words := _field_of(one, name)) is not None
    ]
    return max(found, key=lambda one: one[:2])[2] if found else None


def _field_of(form: type[DeskForm], name: str) -> Words | None:
    field: Any = getattr(form, name, None)
    if not isinstance(field, UnboundField):
        return None
    offered = field.kwargs.get("choices") or ()
    choices: dict[str, str] = {} if callable(offered) else {str(one.value): str(one.label) for one in offered}
    label = str(field.args[0] if field.args else field.kwargs.get("label", name))
    return Words(label, choices, str(field.kwargs.get("default") or ""), issubclass(field.field_class, BooleanField))


def _forms(base: type[DeskForm]) -> Iterator[type[DeskForm]]:
    for one in base.__subclasses__():
        yield one
        yield from _forms(one)


def _likeness(form: type[DeskForm], sent: set[str]) -> int:
    own = {name for name in dir(form) if isinstance(getattr(form, name, None), UnboundField)}
    return 2 * len(own & sent) - len(own - sent)
