"""The address of a list, read and written: tab, filters, order, page size, page."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from admin_app.foundation import keyset
from admin_app.web.arguments import Arguments, of
from admin_app.web.lists import filters
from admin_app.web.lists.description import ListPage


@dataclass(frozen=True)
class Wanted:
    """What somebody asks of a list: a tab, and the value of each filter in force. Hashable, so that statements are built once by it."""

    tab: str = ""
    filters: tuple[tuple[str, Hashable], ...] = ()

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a filter, `default` if it is not in force."""
        return dict(self.filters).get(name, default)


@dataclass(frozen=True)
class Preferred:
    """How one person likes one list; None and '' where they chose nothing."""

    columns: tuple[str, ...] | None = None
    order: str = ""
    size: int | None = None


@dataclass(frozen=True)
class ListAddress:
    """One page of one view of a list."""

    page: ListPage
    wanted: Wanted
    order: str
    """A column's name, '-' before it where the list falls by it."""
    size: int
    cursor: str | None = None
    given: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The arguments of the filters in force as the address holds them."""
    place: tuple[tuple[str, Any], ...] = ()
    """What stands in the path (the batch whose parcels are listed)."""
    problems: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """What is wrong with what was typed into a filter, by argument."""
    preferred: Preferred = Preferred()
    token: str = ""
    """The saved view in sight."""

    @property
    def raw(self) -> MultiDict[str, str]:
        """The arguments of the filters as a form would send them."""
        return MultiDict((name, value) for name, values in self.given for value in values)

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is in force."""
        return bool(self.given)

    @property
    def is_descending(self) -> bool:
        """Whether the list falls by its order."""
        return self.order.startswith("-")

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """The arguments for url_for() of this view (first page), with `changes` (None takes one away); nothing that is at its default."""
        first = self.page.first_tab
        default_order = first_order(self.page, self.wanted, self.preferred)
        found: dict[str, Any] = {
            "tab": self.wanted.tab if self.wanted.tab != first else None,
            **{name: values[0] if len(values) == 1 else list(values) for name, values in self.given},
            "order": self.order if self.order != default_order else None,
            "size": self.size if self.size != (self.preferred.size or self.page.size) else None,
        }
        return {name: value for name, value in (found | changes).items() if value not in (None, "", [])}

    @property
    def text(self) -> str:
        """This view as a form carries it: the query string of its address."""
        return urlencode(self.arguments(), doseq=True)

    def url(self, **changes: Any) -> str:
        """The address of this view with `changes`; another page of a saved view is its own address still."""
        if self.token and set(changes) <= {"page"}:
            return url_for(self.page.endpoint, **dict(self.place), view=self.token, **changes)
        return url_for(self.page.endpoint, **dict(self.place), **self.arguments(**changes))

    @property
    def saved(self) -> list[tuple[str, str]]:
        """The arguments of this view as it is saved: none of them at a default that is another one for somebody else."""
        tab = [("tab", self.wanted.tab)] if self.wanted.tab else []
        order = [("order", self.order)] if self.order else []
        return [*tab, *((name, value) for name, values in self.given for value in values), *order]

    @property
    def path(self) -> str:
        """The address without any argument, for forms."""
        return url_for(self.page.endpoint, **dict(self.place))

    def in_tab(self, tab: str, me: Any) -> "ListAddress":
        """Another tab from its beginning, with the filters that it offers: one that can choose nothing there stays behind."""
        kept = [one for one in self.page.filters if one.is_offered(self.raw, me, tab)]
        names, arguments = {one.name for one in kept}, {name for one in kept for name in one.arguments}
        in_force = tuple((name, value) for name, value in self.wanted.filters if name in names)
        given = tuple((name, values) for name, values in self.given if name in arguments)
        return replace(self, wanted=Wanted(tab, in_force), given=given, cursor=None)


def served(page: ListPage, name: str, wanted: Wanted) -> bool:
    """Whether an index gives this order for what is wanted."""
    order = page.all_orders.get(name.removeprefix("-"))
    return order is not None and order.serves(wanted.tab, dict(wanted.filters).keys())


def first_order(page: ListPage, wanted: Wanted, preferred: Preferred) -> str:
    """The order of somebody who asks for none: their own where it is served, else the list's."""
    if preferred.order and served(page, preferred.order, wanted):
        return preferred.order
    return page.order(wanted) if callable(page.order) else page.order


def read(
    page: ListPage, arguments: MultiDict[str, str], me: Any, *, place: Mapping[str, Any] | None = None, preferred: Preferred = Preferred()
) -> ListAddress:  # fmt: skip
    """The address of `page`. Unreadable (400) for a name or value that it does not know; a day that was mistyped stands in `problems`."""
    asked = of(arguments)
    asked.only(page.known_arguments)
    tab = _tab(page, asked.choice("tab", {tab.name for tab in page.tabs if not tab.endpoint}), me, arguments)
    in_force, problems = _filters(page, arguments, me)
    wanted = Wanted(tab, in_force)
    names = [name for one in page.filters for name in one.arguments]
    given = tuple((name, tuple(found)) for name in names if (found := [value for value in arguments.getlist(name) if value.strip()]))
    order = _order(page, asked, wanted)
    return ListAddress(
        page=page,
        wanted=wanted,
        order=order or first_order(page, wanted, preferred),
        size=asked.size(keyset.SIZES, preferred.size or page.size),
        cursor=asked.cursor(),
        given=given,
        place=tuple((place or {}).items()),
        problems=problems,
        preferred=preferred,
    )


def _order(page: ListPage, arguments: Arguments, wanted: Wanted) -> str:
    asked = arguments.choice("order", [*page.all_orders, *(f"-{name}" for name in page.all_orders)])
    # An order that this tab or filter does not have gives way to one that it has.
    return asked if asked and served(page, asked, wanted) else ""


def _filters(page: ListPage, arguments: MultiDict[str, str], me: Any) -> tuple[tuple[tuple[str, Hashable], ...], dict[str, Any]]:
    found: list[tuple[str, Hashable]] = []
    problems: dict[str, Any] = {}
    for one in page.filters:
        try:
            value = one.read(arguments, me)
        except filters.FieldError as wrong:
            problems |= wrong.details
            continue
        if value is not None:
            found.append((one.name, value))
    return tuple(found), problems


def _tab(page: ListPage, asked: str, me: Any, arguments: MultiDict[str, str]) -> str:
    if asked or not page.tabs:
        return asked
    if page.tab_of is not None:
        implied = page.tab_of(arguments)
        if implied:
            return implied
    return page.first_tab(me) if callable(page.first_tab) else page.first_tab
