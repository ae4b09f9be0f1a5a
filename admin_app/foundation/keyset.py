"""Paging by key: a page starts after (or before) a row, so that page 1,000 costs what page 1 costs; counts stop at a cap."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_

from admin_app.foundation import settings
from admin_app.foundation.database import db
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


Query = Select[Any] | Callable[[Sequence[ColumnElement[bool]], Sequence[Any], int], Select[Any]]
"""A select to be narrowed, sorted and cut; or, where that must happen inside it, a function (conditions, sorting, limit) -> select."""


def page(
    query: Query, *order: Any, cursor: str | None = None, descending: bool = False, size: int = PAGE_SIZE, key: Callable[[Any], Any]
) -> Page[Any]:
    """The page of `query` at `cursor`, sorted by the columns `order`, which together name one row.

    `key(row)` gives the values of those columns; they stand in the address, so they must not be personal. One statement;
    BadCursor for a mark that is none.
    """
    backwards, values = _read(cursor, len(order)) if cursor else (False, None)
    return _cut(query, order, values, backwards=backwards, has_cursor=bool(cursor), descending=descending, size=size, key=key)


def page_at_row(
    query: Query, *order: Any, row_id: Any, cursor: str | None = None, descending: bool = False, size: int = PAGE_SIZE
) -> Page[Any]:
    """The same where the sort columns are names or other texts: the address carries only the id (column `row_id`) of the row at the edge.

    If that row is gone meanwhile, the page is empty.
    """
    backwards, values = _read(cursor, 1) if cursor else (False, None)
    if values is not None:
        values = [select(column).where(row_id == values[0]).scalar_subquery() for column in order]
    return _cut(
        query, order, values, backwards=backwards, has_cursor=bool(cursor), descending=descending, size=size, key=lambda row: (row.id,)
    )


def _cut(
    query: Query, order: Sequence[Any], values: Sequence[Any] | None, *,
    backwards: bool, has_cursor: bool, descending: bool, size: int, key: Callable[[Any], Any],
) -> Page[Any]:  # fmt: skip
    conditions = [] if values is None else [beyond(order, values, downwards=descending != backwards)]
    sorting = [column.desc() if descending != backwards else column.asc() for column in order]
    if isinstance(query, Select):
        statement = query.where(*conditions).order_by(*sorting).limit(size + 1)
    else:
        statement = query(conditions, sorting, size + 1)
    found = list(db.session.scalars(statement).unique())
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
    return value if isinstance(value, ColumnElement) else literal(value, column.type)


def capped_counts(queries: Mapping[str, Select[Any]]) -> dict[str, int]:
    """How many rows each query (of ids) has, but never more than COUNT_CAP + 1; one statement for all of them."""
    if not queries:
        return {}
    columns = [
        select(func.count()).select_from(query.limit(COUNT_CAP + 1).subquery()).scalar_subquery().label(name)
        for name, query in queries.items()
    ]
    return {name: int(count) for name, count in zip(queries, db.session.execute(select(*columns)).one(), strict=True)}


def _mark(backwards: bool, values: Sequence[Any]) -> str:
    plain = [{"at": value.isoformat()} if isinstance(value, (date, datetime)) else value for value in values]
    return str(_signer().dumps([int(backwards), *plain]))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings.current().secret_key.get_secret_value(), salt="keyset")


def _read(cursor: str, columns: int) -> tuple[bool, list[Any]]:
    try:
        direction, *plain = _signer().loads(cursor[:CURSOR_LENGTH])
        values = [_value(part) for part in plain]
    except (BadData, ValueError, TypeError, KeyError):
        raise _bad() from None
    if len(values) != columns or direction not in (0, 1):
        raise _bad()
    return bool(direction), values


def _value(part: Any) -> Any:
    if isinstance(part, dict):
        text = part["at"]
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    if isinstance(part, bool) or not isinstance(part, (int, str)) or (isinstance(part, int) and abs(part) >= 2**63):
        raise ValueError("not a sort value")
    return part


def _bad() -> BadCursor:
    return BadCursor(_l("This page of the list does not exist. Start again from its first page."))
