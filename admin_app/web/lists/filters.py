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

Pairs = Sequence[tuple[str, Any]]
"""(value in the address, word on the page)"""
NAMES_SHOWN = 3
"""So many chosen names stand on a chip; of more, the first two and a number."""
MOST_VALUES = 80


class Unreadable(DomainError):
    """The address asks for something that the list does not have."""

    status = 400


class FieldError(DomainError):
    """What was typed into the field of a filter is not right; `details` holds field -> sentence."""

    status = 400


def unreadable() -> Unreadable:
    """The refusal of a name or value that no list of ours has put into an address."""
    return Unreadable(_l("This address asks for something that the list does not have. Start again from the list."))


def one(arguments: MultiDict[str, str], name: str) -> str:
    """The value of an argument that may be given once; '' if it is absent or empty."""
    values = [value.strip() for value in arguments.getlist(name) if value.strip()]
    if len(values) > 1:
        raise unreadable()
    return values[0] if values else ""


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

    def says(self, arguments: MultiDict[str, str], me: Any, tab: str) -> Any:
        """What the filter in force reads like on its chip."""
        return titled(self.label, one(arguments, self.name))


@dataclass(frozen=True, kw_only=True)
class Text(Filter):
    """A text to type. `normalise` turns it into what is looked for; it may look something up."""

    limit: int = 80
    placeholder: Any = ""
    normalise: Callable[[str], Hashable] = str
    kind: str = field(default="text", init=False)

    def read(self, arguments: MultiDict[str, str], me: Any) -> Hashable:
        """The text as it is looked for."""
        value = one(arguments, self.name)
        if len(value) > self.limit or not value.isprintable():
            raise unreadable()
        return self.normalise(value) if value else None


@dataclass(frozen=True, kw_only=True)
class Number(Filter):
    """A decimal number in a range."""

    lowest: float
    highest: float
    placeholder: str = ""
    kind: str = field(default="number", init=False)

    def read(self, arguments: MultiDict[str, str], me: Any) -> Hashable:
        """The number."""
        value = one(arguments, self.name)
        digits = value.removeprefix("-").replace(".", "", 1)
        if not value:
            return None
        if len(value) > 12 or not (digits.isascii() and digits.isdigit()) or not self.lowest <= float(value) <= self.highest:
            raise unreadable()
        return float(value)


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
        values = [value for value in arguments.getlist(self.name) if value]
        if not values and self.default:
            values = [self.default]
        if not values:
            return None
        allowed = {str(value) for value, _word in self.offers(me, "")}
        if not set(values) <= allowed or (len(values) > 1 and not self.several):
            raise unreadable()
        found = tuple(self.find(value, me) if self.find else value for value in dict.fromkeys(values))
        return found if self.several else found[0]

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
        ends = [_day(one(arguments, name), name, problems) for name in self.arguments]
        if not problems and ends[0] and ends[1] and ends[0] > ends[1]:
            problems[self.last] = _l("The last day lies before the first.")
        if problems:
            raise FieldError(_l("Please correct the days; nothing is filtered by them yet."), **problems)
        return tuple(ends) if any(ends) else None

    def says(self, arguments: MultiDict[str, str], me: Any, tab: str) -> Any:
        """From, until, or both."""
        first, last = (one(arguments, name) for name in self.arguments)
        if first and last:
            return titled(self.label, _("%(first)s to %(last)s", first=first, last=last))
        return titled(self.label, _("from %(day)s", day=first) if first else _("until %(day)s", day=last))


def _day(text: str, name: str, problems: dict[str, Any]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems[name] = _l("This is no day; write it like 2026-11-22.")
        return None
