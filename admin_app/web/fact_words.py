"""What the facts of an entry of the log read like: their names and values in words, by the table that menu.py puts in.

What no table knows (an entry of an older version) still reads as words: no brackets, no long rows of hexadecimal digits.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from admin_app.foundation.i18n import listed, titled
from admin_app.foundation.per_app import PerApp
from admin_app.web.template_filters import day, moment

NOTHING = "—"
_HEXADECIMAL = re.compile(r"[0-9a-f]{16,}")
_SHOWN = 40
"""Characters of a reference that stand in a list: a user name that somebody only tried may be any text."""


@dataclass(frozen=True)
class Fact:
    """How one fact reads."""

    label: Any
    words: Mapping[Any, Any] | Callable[[Any], Any] | None = None
    """Code -> words, or a function value -> words; None: the value says it itself."""
    is_pair: bool = False
    """Whether a list of two is before and after, not two values."""
    takes_lists: bool = False
    """Whether the function takes a list as a whole."""


Line = tuple[str, str | None, str]
"""Name, value before (None where only one is known) and value."""
Table = Mapping[tuple[str, str], Fact]
"""(action, name), (room of the action, name) or ('', name) -> how it reads; the first that is there counts."""
FACTS: PerApp[Table] = PerApp("fact_words", dict)
TOLD: PerApp[Mapping[str, tuple[str, ...]]] = PerApp("told_facts", dict)
"""Action -> the facts that a line of a history names."""


def known(action: str, name: str) -> Fact | None:
    """The line of the table for a fact of an action."""
    table, room = FACTS.get(), action.partition(".")[0]
    return table.get((action, name)) or table.get((room, name)) or table.get(("", name))


def lines(action: str, facts: Mapping[str, Any]) -> list[Line]:
    """The facts of an entry as (name, before, now)."""
    before, after = facts.get("before"), facts.get("after")
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return [_line(action, name, before.get(name), value, is_pair=True) for name, value in after.items()]
    return [line for name, value in facts.items() if (line := _fact(action, name, value))]


def text(action: str, facts: Mapping[str, Any]) -> str:
    """The facts of an entry in one line, for a file."""
    return "; ".join(titled(name, now if before is None else f"{before} → {now}") for name, before, now in lines(action, facts))


def told(entry: Any) -> str:
    """What a line of a history says behind the action: which document, for which reason."""
    values = [(name, entry.fact(name)) for name in TOLD.get().get(entry.action, ())]
    found = [_fact(entry.action, name, value) for name, value in values if value not in (None, "", [])]
    return " · ".join(line[2] for line in found if line)


def _fact(action: str, name: str, value: Any) -> Line | None:
    fact = known(action, name)
    if fact is not None and fact.is_pair and isinstance(value, list) and len(value) == 2:
        return _line(action, name, value[0], value[1], is_pair=value[0] is not None)
    return _line(action, name, None, value, is_pair=False)


def _line(action: str, name: str, before: Any, now: Any, *, is_pair: bool) -> Line:
    fact = known(action, name) or Fact(name.replace("_", " "))
    return str(fact.label), _worded(fact, before) if is_pair else None, _worded(fact, now)


def _worded(fact: Fact, value: Any) -> str:
    if value is None or value in ([], {}):
        return NOTHING
    if isinstance(value, list) and not fact.takes_lists:
        return listed(_worded(fact, one) for one in value)
    if fact.words is not None and not isinstance(fact.words, Mapping):
        return str(fact.words(value))
    names = fact.words or {}
    if isinstance(value, Mapping):
        return listed(f"{names.get(name, _plain(name))} {_plain(count)}" for name, count in value.items() if count) or NOTHING
    return str(names.get(value, _plain(value) or NOTHING))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return listed(f"{_plain(name)} {_plain(one)}" for name, one in value.items())
    if isinstance(value, int):
        return f"{value:,}"
    return mark(str(value)) if _HEXADECIMAL.fullmatch(str(value)) else str(value)


def mark(digits: str) -> str:
    """By what two long rows of digits (keys of records, fingerprints of files) are told apart: the last eight, for eyes."""
    return _("ends in %(digits)s", digits=f"{digits[-8:-4]} {digits[-4:]}")


def record(reference: str) -> str:
    """A record's reference as people read it: as it is, or what tells one long key from another."""
    return mark(reference) if _HEXADECIMAL.fullmatch(reference) else reference[:_SHOWN]


def on_day(value: str) -> str:
    """A day that was kept as text."""
    return day(date.fromisoformat(value)) if value else NOTHING


def at_moment(value: str) -> str:
    """A moment that was kept as text."""
    return moment(datetime.fromisoformat(value)) if value else NOTHING


def size(value: float) -> str:
    """A figure with a decimal, as people write it."""
    return f"{value:,g}"
