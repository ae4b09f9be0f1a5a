"""What a list can be narrowed by: how each filter reads its arguments, what it offers, how it reads in words."""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from admin_app.foundation.errors import DomainError
from admin_app.foundation.i18n import listed, titled
from admin_app.foundation.typed_text import numbers
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.web.arguments import of

Pairs = Sequence[tuple[str, Any]]
"""(value in the address, word on the page)"""
NAMES_SHOWN = 3
"""So many chosen names stand on a chip; of more, the first two and a number."""


class FieldError(DomainError):
    """What was typed into the field of a filter is not right; `details` holds field -> sentence."""

    status = 400


@dataclass(frozen=True, kw_only=True)
class Filter:
    """The base of all: a name (also its argument), a label, and tabs without it."""

    name: str
    label: Any
    not_in: Collection[str] = ()
    """Tabs where it would choose nothing."""
    kind: str = field(default="", init=False)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of its arguments in the address."""
        return (self.name,)

    def read(self, arguments: MultiDict[str, str], me: Any) -> Hashable:
        """The value for the query, None if it is not in force; Unreadable or FieldError for what it cannot be."""
        raise NotImplementedError

    def is_offered(self, _arguments: MultiDict[str, str], _me: Any, tab: str) -> bool:
        """Whether a tab has the filter, with what is chosen."""
        return tab not in self.not_in

    def says(self, arguments: MultiDict[str, str], me: Any, tab: str) -> Any:
        """What the filter in force reads like on its chip."""
        return titled(self.label, of(arguments).single(self.name))


@dataclass(frozen=True, kw_only=True)
class Text(Filter):
    """A text to type. `normalise` turns it into what is looked for; it may look something up."""

    limit: int = 80
    placeholder: Any = ""
    normalise: Callable[[str], Hashable] = str
    shown: Callable[[str], str] = str
    """How the text reads on the chip of the filter in force."""
    kind: str = field(default="text", init=False)

    def read(self, arguments: MultiDict[str, str], me: Any) -> Hashable:
        """The text as it is looked for."""
        value = of(arguments).text(self.name, limit=self.limit)
        return self.normalise(value) if value else None

    def says(self, arguments: MultiDict[str, str], me: Any, tab: str) -> Any:
        """The text, as people read it."""
        return titled(self.label, self.shown(of(arguments).single(self.name)))


@dataclass(frozen=True, kw_only=True)
class Number(Filter):
    """A decimal number in a range."""

    lowest: float
    highest: float
    placeholder: str = ""
    kind: str = field(default="number", init=False)

    def read(self, arguments: MultiDict[str, str], me: Any) -> Hashable:
        """The number."""
        return of(arguments).decimal(self.name, lowest=self.lowest, highest=self.highest)


@dataclass(frozen=True, kw_only=True)
class Choice(Filter):
    """One or several of a fixed choice. `offers(me, tab)` gives what may be chosen; `find(value, me)` what the query needs of it."""

    offers: Callable[[Any, str], Pairs]
    several: bool = False
    find: Callable[[str, Any], Hashable] | None = None
    default: str = ""
    """What is chosen where the address says nothing; shown as chosen, but not as a filter in force."""
    kind: str = field(default="choice", init=False)

    def read(self, arguments: MultiDict[str, str], me: Any) -> Hashable:
        """The value, or a tuple of them where there may be several."""
        asked = of(arguments)
        # What may be chosen is looked up for somebody who chose: often it is a statement of its own.
        offered = {str(value) for value, _word in self.offers(me, "")} if any(arguments.getlist(self.name)) else set()
        values = asked.several(self.name, offered) if self.several else [asked.choice(self.name, offered)]
        values = list(filter(None, values)) or ([self.default] if self.default else [])
        if not values:
            return None
        found = tuple(self.find(value, me) if self.find else value for value in values)
        return found if self.several else found[0]

    def is_offered(self, arguments: MultiDict[str, str], me: Any, tab: str) -> bool:
        """Whether a tab offers any of what is chosen."""
        chosen = set(arguments.getlist(self.name))
        if not chosen or tab in self.not_in:
            return tab not in self.not_in
        return bool(chosen & {str(value) for value, _word in self.offers(me, tab)})

    def says(self, arguments: MultiDict[str, str], me: Any, tab: str) -> Any:
        """The words of what is chosen."""
        words = {str(value): str(word) for value, word in self.offers(me, "")}
        names = [words[value] for value in dict.fromkeys(arguments.getlist(self.name)) if value in words]
        if len(names) > NAMES_SHOWN:
            return titled(self.label, _("%(first)s and %(count)s more", first=listed(names[:2]), count=len(names) - 2))
        return titled(self.label, listed(names))


@dataclass(frozen=True, kw_only=True)
class Days(Filter):
    """A range of days, open at either end: (from, to), both included."""

    first: str = "from"
    last: str = "to"
    kind: str = field(default="days", init=False)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The two ends."""
        return (self.first, self.last)

    def read(self, arguments: MultiDict[str, str], me: Any) -> Hashable:
        """Both ends as days, None for an open one; FieldError names the field that is not right."""
        problems: dict[str, Any] = {}
        ends = [_day(arguments.get(name, ""), name, problems) for name in self.arguments]
        if not problems and ends[0] and ends[1] and ends[0] > ends[1]:
            problems[self.last] = _l("The last day is before the first.")
        if problems:
            raise FieldError(_l("Please correct the dates; nothing is filtered by them yet."), **problems)
        return tuple(ends) if any(ends) else None

    def says(self, arguments: MultiDict[str, str], me: Any, tab: str) -> Any:
        """From, until, or both."""
        first, last = (of(arguments).single(name) for name in self.arguments)
        if first and last:
            return titled(self.label, _("%(first)s to %(last)s", first=first, last=last))
        return titled(self.label, _("from %(day)s", day=first) if first else _("until %(day)s", day=last))


def _day(text: str, name: str, problems: dict[str, Any]) -> date | None:
    try:
        return numbers.day(text, field=name)
    except TextRefused as refused:
        problems[name] = refused.message
        return None
