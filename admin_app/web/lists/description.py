"""What a list is: columns, tabs, filters, orders, actions. A description that breaks a rule stops the start (WrongList)."""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from admin_app.foundation import keyset, statements
from admin_app.web.lists.filters import Filter


class Words(NamedTuple):
    """What a list says about an order of its: the steps of the pager where it rises, and what stands first."""

    before: Any
    after: Any
    rising: Any
    falling: Any
    turns: bool = True
    """Whether the steps change places where the list falls."""


TIME = Words(_l("Older"), _l("Newer"), _l("oldest first"), _l("newest first"))
DUE = Words(_l("Earlier due"), _l("Later due"), _l("earliest first"), _l("latest first"))
PLACE = Words(_l("Previous"), _l("Next"), _l("A to Z"), _l("Z to A"), turns=False)
RANK = Words(_l("Previous"), _l("Next"), _l("lowest first"), _l("highest first"), turns=False)
WHOLE = _l("the table has a fixed order")
NO_INDEX, OWN_RESULT = _l("this column cannot be sorted"), _l("Each row reports its own result")
RESERVED = frozenset({"tab", "order", "size", "page", "view"})
LONGEST_NAME = 40


class WrongList(SystemExit):
    """The application must not start: a list breaks a rule that the message names."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order that people may choose. `serves(tab, names of the filters in force)` says where an index gives it."""

    by: keyset.Order
    words: Words = PLACE
    descending: bool = False
    """Which way it goes first."""
    serves: Callable[[str, Collection[str]], bool] = lambda _tab, _filters: True


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: how its value is found in a row, how it is drawn, whether the list can be sorted by it.

    `value` names an attribute of the row ('resident.name') or is a function (row, context): text, number, day, moment or yes/no.
    `cell(row, draw)` draws it where the value alone says too little.
    """

    name: str
    label: Any
    value: str | Callable[[Any, Any], Any]
    cell: Callable[[Any, Any], Any] | None = None
    order: Order | None = None
    unsorted: Any = ""
    """Why the list cannot be sorted by it; empty: no index gives the order, or the list is read as a whole (ListPage.why_unsorted)."""
    style: str = ""
    """tight, nowrap, wrap, number: classes of the cell."""
    tabs: Collection[str] = ()
    """Where it stands; empty: in all of them."""
    is_fixed: bool = False
    """It stands always: it names the row."""
    is_shown: bool = True
    """Whether somebody who chose nothing sees it."""
    lang: str = ""
    only_if: Callable[[Any], bool] | None = None
    """Whether it stands on this page (context)."""
    only_screen: bool = False
    """A field to type into or a button; it cannot be left out."""
    permission: str = ""
    """Who sees it; empty: whoever sees the list."""


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One view of a list. `endpoint` (with `arguments`): another list that stands in the same line."""

    name: str
    label: Any
    endpoint: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    is_counted: bool = True


@dataclass(frozen=True, kw_only=True)
class Empty:
    """What an empty list says: that it is empty, why, and the first thing to do."""

    title: Any
    text: Any = ""
    icon: str = "inbox"
    endpoint: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    action: Any = ""
    permission: str = ""


@dataclass(frozen=True, kw_only=True)
class BulkAction:
    """What can be done with several selected rows; each of them reports its own result."""

    name: str
    label: Any
    endpoint: str
    key: str = ""
    icon: str = ""
    permission: str
    tabs: Collection[str] = ()
    hint: Any = OWN_RESULT


@dataclass(frozen=True, kw_only=True)
class RowsForm:
    """The form around rows that have fields to type into: its button saves them all; Enter goes to the next row."""

    endpoint: str
    permission: str
    tabs: Collection[str] = ()
    hint: Any
    label: Any
    icon: str = "check"
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Button:
    """A link at the right of the heading."""

    label: Any
    endpoint: str
    icon: str
    key: str = ""
    is_primary: bool = False
    permission: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    if_any: str = ""
    """Shown only while this tab holds something."""


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """A list. Either `listed` (paged by key in the database) or `rows` (short, read as a whole) says where its rows come from."""

    name: str
    """Unique among all lists; it stays."""
    endpoint: str
    permission: str
    title: Any
    columns: Sequence[Column]
    row_id: str
    """The attribute that names a row in the page: a reference or public id, never personal."""
    sent_id: str = ""
    """The attribute that a form sends of a selected row; empty: `row_id`."""
    row_name: str = ""
    """The attribute by which a row is called when it is selected; empty: the first column's value."""
    subtitle: Any = ""
    """A text, or a function (context) -> text."""
    listed: keyset.Listed | None = None
    ids: keyset.Listed | None = None
    """The ids of a tab, for its number."""
    rows: Callable[[Any], Sequence[Any]] | None = None
    """(context) -> all rows of a short list."""
    instead: Callable[[Any], Sequence[Any] | None] | None = None
    """(context) -> rows that some filters find otherwise than by `listed` (the nearest centres); None: these do not."""
    question: Callable[[Any], Hashable] = lambda wanted: wanted
    """From what the address asks (address.Wanted) to what `listed` and `ids` take."""
    values: Callable[[Any], Mapping[str, Any]] = lambda _context: {}
    """What parameters of the statement stand for on this page."""
    prepare: Callable[[Sequence[Any], Any], Sequence[Any]] | None = None
    """Rows of the database -> rows as columns read them; at most a statement or two for the whole page."""
    order: str | Callable[[Any], str] = ""
    """The first order: a column's name, '-' before it for descending; or a function (address.Wanted) of it."""
    tabs: Sequence[Tab] = ()
    first_tab: str | Callable[[Any], str] = ""
    """The tab of an address without one; a function (person) of it."""
    tab_of: Callable[[Any], str] | None = None
    """The tab that the other arguments imply, '' for none."""
    filters: Sequence[Filter] = ()
    actions: Sequence[BulkAction] = ()
    sent_as: str = "row"
    """The name under which a form sends the selected rows."""
    selects: str = ""
    """The permission of who selects rows for a form of the page's own; actions bring theirs."""
    can_select: Callable[[Any], bool] = lambda _row: True
    rows_form: RowsForm | None = None
    buttons: Sequence[Button] = ()
    empty: Empty | Mapping[str, Empty] = Empty(title=_l("Nothing here"))
    size: int = keyset.PAGE_SIZE
    table_style: str = ""
    row_style: Callable[[Any], str] | None = None
    saves_views: bool = True
    """Whether its views may be saved and shared; not where the address holds a search that somebody typed."""
    template: str = "desk/list.html"
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the macros of its cells know besides what every template knows."""
    extra_arguments: Collection[str] = ()
    """Arguments of the page that are not the list's."""
    key_hints: Sequence[tuple[Sequence[str], Any]] = ()
    links_rows: bool = True
    """Whether Enter opens a row."""
    not_exported: Any = ""
    """Why its rows are not given out as a file; empty: they are."""

    def __post_init__(self) -> None:
        problems = [*_problems(self)]
        if problems:
            raise WrongList(f"The list '{self.name}' must not be served:\n" + "\n".join(f"- {problem}" for problem in problems))

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}

    @cached_property
    def all_orders(self) -> dict[str, Order]:
        """Every order of the list by the name it has in the address."""
        return {column.name: column.order for column in self.columns if column.order}

    def why_unsorted(self, column: Column) -> Any:
        """Why the list cannot be sorted by a column, in this view or at all."""
        return column.unsorted or (NO_INDEX if self.listed else WHOLE)

    @cached_property
    def known_arguments(self) -> frozenset[str]:
        """The names that its address may hold."""
        return RESERVED | {name for one in self.filters for name in one.arguments} | frozenset(self.extra_arguments)


def _problems(page: ListPage) -> Iterator[str]:
    """Whatever a description must not be."""
    yield from _problems_of_names(page)
    if (page.listed is None) == (page.rows is None):
        yield "it must say either `listed` or `rows`"
    if page.listed is not None:
        yield from _problems_of_paging(page)
    elif page.all_orders:
        yield "a list that is read as a whole has the order it is read in"
    yield from _problems_of_tabs(page)
    if any(not action.permission for action in page.actions):
        yield "an action says nobody who may use it"


def _problems_of_names(page: ListPage) -> Iterator[str]:
    names = [column.name for column in page.columns]
    if len(page.name) > LONGEST_NAME or not page.name.replace("-", "").isalnum():
        yield f"its name must be at most {LONGEST_NAME} letters, digits and hyphens"
    if len(set(names)) < len(names):
        yield "two columns have the same name"
    if not any(column.is_fixed for column in page.columns):
        yield "no column is fixed, so that nothing would name its rows"
    taken = [name for one in page.filters for name in one.arguments]
    if RESERVED & set(taken) or len(set(taken)) < len(taken):
        yield "two filters share an argument, or one has an argument of the list"


def _problems_of_paging(page: ListPage) -> Iterator[str]:
    if not page.order:
        yield "it must say its first order"
    elif isinstance(page.order, str) and page.order.removeprefix("-") not in page.all_orders:
        yield f"it has no order '{page.order}'"
    if page.size not in keyset.SIZES:
        yield f"its page size must be one of {keyset.SIZES}"
    if any(tab.is_counted and not tab.endpoint for tab in page.tabs) and page.ids is None:
        yield "its tabs are counted, but it does not say `ids`"
    for build in filter(None, (page.listed, page.ids)):
        try:
            statements.refuse_ambient(build)
        except statements.DependsOnMore as more:
            yield str(more)


def _problems_of_tabs(page: ListPage) -> Iterator[str]:
    tabs = {tab.name for tab in page.tabs}
    if page.tabs and not page.first_tab:
        yield "it must say which tab comes first"
    placed = {column.name: column.tabs for column in page.columns} | {action.name: action.tabs for action in page.actions}
    for name, places in placed.items():
        if not set(places) <= tabs:
            yield f"'{name}' stands in tabs that the list does not have"
    if not isinstance(page.empty, Empty) and not (tabs <= set(page.empty) or "" in page.empty):
        yield "some tabs say nothing when they are empty"
