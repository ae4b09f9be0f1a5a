"""Paging by key: a page starts after (or before) a row, so that page 1,000 costs what page 1 costs; counts stop at a cap."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, TypeVar

from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import ColumnElement, Select, String, bindparam, func, select, tuple_
from sqlalchemy import literal as bound_value

from admin_app.foundation import clock, settings, statements
from admin_app.foundation.database import db, literal, rows
from admin_app.foundation.errors import DomainError

Row = TypeVar("Row")
PAGE_SIZE = 25
SIZES = (25, 50, 100)
"""The page sizes that a person may ask for."""
COUNT_CAP = 1000
"""Counts go up to one more and are shown as «1,000+»."""
CURSOR_LENGTH = 200


class BadCursor(DomainError):
    """The page mark in the address was not made by us."""

    status = 400


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list; `before` and `after` are the marks of the neighbouring pages, None at an end."""

    rows: Sequence[Row]
    before: str | None
    after: str | None


Query = Select[Any] | Callable[[Sequence[ColumnElement[bool]], Sequence[Any], Any], Select[Any]]
"""A select to be narrowed, sorted and cut; or, where that must happen inside it, a function (conditions, sorting, limit) -> select."""
Listed = Callable[[Any, Any, date], Query]
"""(who looks, at what, on which day) -> the rows of a list. It may depend on nothing else: its statement is used again."""


class WrongOrder(TypeError):
    """A list cannot be walked in this order without losing rows."""


@dataclass(frozen=True, eq=False)
class Order:
    """An order in which a list can be walked: its columns, the last of which names one row.

    An index must serve it (a test explains each order that a list offers). WrongOrder for a column that may be NULL: comparing
    with NULL loses rows. `is_set` says that a list asks only for rows where it is not.
    """

    columns: tuple[Any, ...]
    is_set: bool = False
    mark: str = ""
    """Where the row names its id otherwise than the last column."""

    def __post_init__(self) -> None:
        unsure = [str(column) for column in self.columns if getattr(column.expression, "nullable", False)]
        if unsure and not self.is_set:
            raise WrongOrder(f"{', '.join(unsure)} may be NULL")

    @cached_property
    def row_id(self) -> Any:
        """The column that marks of this order hold: where texts are sorted by, the id, for texts must not stand in an address."""
        return self.columns[-1] if any(isinstance(column.type, String) for column in self.columns) else None

    @cached_property
    def key(self) -> Callable[[Any], Sequence[Any]]:
        """What the mark of a row holds."""
        names = [self.mark or self.columns[-1].key] if self.row_id is not None else [column.key for column in self.columns]
        get = attrgetter(*names)
        return get if len(names) > 1 else lambda row: (get(row),)


def page_of(
    listed: "Listed", order: Order, who: Hashable, wanted: Hashable, *, descending: bool = False, cursor: str | None = None,
    size: int = PAGE_SIZE, values: Mapping[str, Any] | None = None,
) -> Page[Any]:  # fmt: skip
    """One page of what `listed` selects for `who` and `wanted`; one statement, which is built once for the same question."""
    pager = _pager(listed, order, descending, who, wanted, clock.today())
    return pager.page(key=order.key, cursor=cursor, size=size, values=values)


@statements.cached
def _pager(listed: "Listed", order: Order, descending: bool, who: Hashable, wanted: Hashable, today: date) -> "Pager[Any]":
    return Pager(listed(who, wanted, today), *order.columns, descending=descending, row_id=order.row_id)


def counts_of(ids: "Listed", who: Hashable, wanted: Sequence[tuple[str, Hashable]]) -> dict[str, int]:
    """How many rows each of several questions has, up to the cap, by its name; one statement, which is built once."""
    return _counting(ids, who, tuple(wanted), clock.today()).counts()


@statements.cached
def _counting(ids: "Listed", who: Hashable, wanted: tuple[tuple[str, Hashable], ...], today: date) -> "Counting":
    # Several tabs may ask the same question under a filter: it is put to the database once.
    asked: dict[str, Select[Any]] = {}
    by_name = {}
    for name, question in wanted:
        query = ids(who, question, today)
        compiled = query.compile()  # type: ignore[union-attr]
        by_name[name] = asked.setdefault(f"{compiled} {compiled.params}", query)  # type: ignore[arg-type]
    return Counting(by_name)


class Pager(Generic[Row]):
    """A list that is walked page by page, sorted by the columns `order`, which together name one row.

    Its statements are made when they are first needed and then kept: whoever keeps the pager of a question that is asked often
    saves more time than the database needs to answer it. With `row_id`, marks hold that column of the row at the edge instead
    of the values of `order`: for names and other texts that must not stand in an address; if that row is gone, the page is empty.
    """

    def __init__(self, query: Query, *order: Any, descending: bool = False, row_id: Any = None) -> None:
        self.query, self.order, self.descending, self.row_id = query, order, descending, row_id
        self._statements: dict[tuple[bool, bool, int], tuple[Select[Any], bool]] = {}

    def page(
        self, *, key: Callable[[Any], Any], cursor: str | None = None, size: int = PAGE_SIZE, values: Mapping[str, Any] | None = None
    ) -> Page[Row]:
        """The page at `cursor`; `key(row)` gives what the marks hold, `values` what the query's own parameters stand for.

        One statement; BadCursor for a mark that is none.
        """
        backwards, edge = _read(cursor, self._marked) if cursor else (False, [])
        statement, loads = self._statement(backwards, bool(edge), size + 1)
        given = {_name(place): value for place, value in enumerate(edge)} | dict(values or {})
        found = _entities(statement, given) if loads else list(rows(statement, given).all())
        return _page(found, size, backwards=backwards, has_cursor=bool(cursor), key=key)

    @property
    def _marked(self) -> Sequence[Any]:
        return self.order if self.row_id is None else (self.row_id,)

    def _statement(self, backwards: bool, has_cursor: bool, limit: int) -> tuple[Select[Any], bool]:
        """The statement for this kind of page, and whether it loads entities."""
        shape = (backwards, has_cursor, limit)
        if shape not in self._statements:
            statement = self._built(self.descending != backwards, has_cursor, limit)
            self._statements[shape] = statement, _loads(statement)
        return self._statements[shape]

    def _built(self, downwards: bool, has_cursor: bool, limit: int) -> Select[Any]:
        conditions = [beyond(self.order, self._edge(), downwards=downwards)] if has_cursor else []
        sorting = [column.desc() if downwards else column.asc() for column in self.order]
        if isinstance(self.query, Select):
            return self.query.where(*conditions).order_by(*sorting).limit(literal(limit))
        return self.query(conditions, sorting, literal(limit))

    def _edge(self) -> list[ColumnElement[Any]]:
        given = [bindparam(_name(place), type_=column.type) for place, column in enumerate(self._marked)]
        if self.row_id is None:
            return list(given)
        return [select(column).where(self.row_id == given[0]).scalar_subquery() for column in self.order]


def _loads(statement: Select[Any]) -> bool:
    return any(described["expr"] is described["entity"] for described in statement.column_descriptions if described["entity"] is not None)


def _entities(statement: Select[Any], values: Mapping[str, Any]) -> list[Any]:
    result = db.session.execute(statement, values)
    return list(result.scalars().unique() if len(result.keys()) == 1 else result)


def _name(place: int) -> str:
    return f"edge_{place}"


def page(
    query: Query, *order: Any, cursor: str | None = None, descending: bool = False, size: int = PAGE_SIZE, key: Callable[[Any], Any]
) -> Page[Any]:
    """One page of a Pager that is not kept; what `key` gives stands in the address, so it must not be personal."""
    return Pager[Any](query, *order, descending=descending).page(key=key, cursor=cursor, size=size)


def _page(found: list[Any], size: int, *, backwards: bool, has_cursor: bool, key: Callable[[Any], Any]) -> Page[Any]:
    has_more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    is_first = not has_cursor or (backwards and not has_more)
    is_last = not backwards and not has_more
    return Page(
        rows,
        None if is_first or not rows else _mark(True, key(rows[0])),
        None if is_last or not rows else _mark(False, key(rows[-1])),
    )


def beyond(order: Sequence[Any], values: Sequence[Any], *, downwards: bool) -> ColumnElement[bool]:
    """The condition for the rows after the one whose sort columns `order` have `values` (before it, if `downwards`)."""
    here = tuple_(*(_bound(value, column) for column, value in zip(order, values, strict=True)))
    there = tuple_(*order)
    return there < here if downwards else there > here


def _bound(value: Any, column: Any) -> Any:
    return value if isinstance(value, ColumnElement) else bound_value(value, column.type)


class Counting:
    """How many rows each query (of ids) has, but never more than COUNT_CAP + 1: one statement for all of them.

    Made once and kept, like a Pager. The same query under several names is counted once.
    """

    def __init__(self, queries: Mapping[str, Select[Any]]) -> None:
        names: dict[Select[Any], str] = {}
        self._asked = {name: names.setdefault(query, name) for name, query in queries.items()}
        self._statement = select(
            *(
                select(func.count()).select_from(query.limit(literal(COUNT_CAP + 1)).subquery()).scalar_subquery().label(name)
                for query, name in names.items()
            )
        )

    def counts(self) -> dict[str, int]:
        """The numbers of now, by name."""
        found = rows(self._statement).one()._mapping if self._asked else {}
        return {name: int(found[asked]) for name, asked in self._asked.items()}


def capped_counts(queries: Mapping[str, Select[Any]]) -> dict[str, int]:
    """The numbers of a Counting that is not kept."""
    return Counting(queries).counts()


def _mark(backwards: bool, values: Sequence[Any]) -> str:
    plain = [{"at": value.isoformat()} if isinstance(value, (date, datetime)) else value for value in values]
    return str(_signer().dumps([int(backwards), *plain]))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings.current().secret_key.get_secret_value(), salt="keyset")


def _read(cursor: str, columns: Sequence[Any]) -> tuple[bool, list[Any]]:
    try:
        direction, *plain = _signer().loads(cursor[:CURSOR_LENGTH])
        values = [_value(part) for part in plain]
    except (BadData, ValueError, TypeError, KeyError):
        raise _bad() from None
    if not _fit(values, columns) or direction not in (0, 1):
        raise _bad()
    return bool(direction), values


def _fit(values: Sequence[Any], columns: Sequence[Any]) -> bool:
    # A mark of another list is signed too, but names other columns.
    if len(values) != len(columns):
        return False
    return all(isinstance(value, column.type.python_type) for value, column in zip(values, columns, strict=True))


def _value(part: Any) -> Any:
    if isinstance(part, dict):
        text = part["at"]
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    if isinstance(part, bool) or not isinstance(part, (int, str)) or (isinstance(part, int) and abs(part) >= 2**63):
        raise ValueError("not a sort value")
    return part


def _bad() -> BadCursor:
    return BadCursor(_l("This page of the list does not exist. Start again from its first page."))
