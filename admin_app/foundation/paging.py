"""Keyset pages: where one page ends the next begins; no OFFSET, and counts stop at a cap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from admin_app.foundation.database import db

COUNT_CAP = 1000
SIZES = (25, 50, 100)
Row = TypeVar("Row")
Key = tuple[Any, bool]
"""A column and whether it counts down; the last key of a list is unique."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in the order of the list, and whether there is more on either side."""

    rows: list[Row]
    has_newer: bool
    has_older: bool


def fetch(query: Select[Any], *, keys: Sequence[Key], size: int, after: Sequence[Any] = (), before: Sequence[Any] = ()) -> Page[Any]:
    """One page of `query` behind the row with key values `after`, or in front of `before` (values or scalar subqueries); one statement."""
    backwards = bool(before)
    edge = before or after
    if edge:
        query = query.where(_behind(keys, edge, backwards=backwards))
    order = [column.desc() if is_down != backwards else column.asc() for column, is_down in keys]
    rows = list(db.session.scalars(query.order_by(*order).limit(size + 1)))
    has_more, rows = len(rows) > size, rows[:size]
    if backwards:
        return Page(rows[::-1], has_newer=has_more, has_older=True)
    return Page(rows, has_newer=bool(after), has_older=has_more)


def _behind(keys: Sequence[Key], edge: Sequence[Any], *, backwards: bool) -> ColumnElement[bool]:
    steps = []
    for place, (column, is_down) in enumerate(keys):
        same = [earlier == value for (earlier, _), value in zip(keys[:place], edge[:place], strict=True)]
        steps.append(and_(*same, column < edge[place] if is_down != backwards else column > edge[place]))
    return or_(*steps)


def capped_count(query: Select[Any], *, cap: int = COUNT_CAP) -> int:
    """How many rows `query` has, but never more than `cap` + 1 (the filter |capped shows '1,000+')."""
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).limit(cap + 1).subquery())) or 0
