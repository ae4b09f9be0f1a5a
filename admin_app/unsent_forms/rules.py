"""What is kept of a form that is not sent yet, and how much of it; tables and pure functions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from admin_app.foundation.actor import Actor
from admin_app.foundation.per_app import PerApp

MOST = 20
"""Unsent forms that one person may have at a time."""
LONGEST = 20_000
"""Characters of one of them, names of fields included: more than any form of the counter may hold."""
MOST_VALUES = 80
Pairs = tuple[tuple[str, str], ...]
"""Fields and what was typed into them, in the order of the form."""


@dataclass(frozen=True)
class FormKind:
    """A form that is kept while it is typed."""

    code: str
    label: Any
    permission: str
    """Of whoever may send it."""
    fields: frozenset[str]
    """What is kept of it; everything else that comes along is not."""


class KnownForm(NamedTuple):
    """A form of an upper room: where its page is, and whom it is about."""

    kind: FormKind
    page: str
    """Endpoint."""
    argument: str
    """What its address calls the subject: `public_id` of a resident, `reference` of a case."""
    find: Callable[[Actor, str], tuple[Any, str]]
    """The resident behind the subject, and the reference of the case ('' for none); NotFound for what the person may not see."""


KNOWN: PerApp[Mapping[str, KnownForm]] = PerApp("unsent_forms.known", dict)
"""Every form that is kept while it is typed, by its code (unsent_table.py)."""


def of_form(kind: FormKind, sent: Iterable[tuple[str, str]]) -> Pairs:
    """Those fields of what was sent that are kept."""
    return tuple((name, value) for name, value in sent if name in kind.fields)[:MOST_VALUES]


def size(fields: Pairs) -> int:
    """Characters of a form."""
    return sum(len(name) + len(value) for name, value in fields)
