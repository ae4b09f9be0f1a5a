"""Lists that no single walk along an index gives: several ranges, each of them in the order of the page already, merged.

A condition like «one of these four statuses» makes a database read and sort everything that fulfils it. Asked range by range, each
gives as many rows as a page has, and the page is cut from those few.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union_all

from admin_app.foundation.database import literal
from admin_app.foundation.keyset import COUNT_CAP

Range = Sequence[ColumnElement[bool]]
"""Conditions that one index answers from end to end: equal columns first, then the order of the page."""
Walked = Callable[[Sequence[ColumnElement[bool]], Sequence[Any], Any], Select[Any]]


def walked(row_id: Any, ranges: Sequence[Range], loaded: Select[Any]) -> Walked:
    """The rows of `loaded` that lie in one of the ranges, as keyset asks for them; no row may lie in two. `row_id` is the primary key.

    A single range is cut first, too. With everything that is loaded beside the rows, PostgreSQL would rather walk the primary key until it
    has met enough of them, which is the whole table where a range is emptier than its statistics say.
    """

    def cut(conditions: Sequence[ColumnElement[bool]], sorting: Sequence[Any], limit: Any) -> Select[Any]:
        parts = [select(row_id).where(*one, *conditions).order_by(*sorting).limit(limit).subquery() for one in ranges]
        return loaded.where(row_id.in_(_together(parts))).order_by(*sorting).limit(limit)

    return cut


def counted(row_id: Any, ranges: Sequence[Range]) -> Select[Any]:
    """The ids in the ranges, to be counted up to the cap: none is read further than the count goes."""
    if len(ranges) == 1:
        return select(row_id).where(*ranges[0])
    return _together([select(row_id).where(*one).limit(literal(COUNT_CAP + 1)).subquery() for one in ranges])


def _together(parts: Sequence[Any]) -> Select[Any]:
    ids = union_all(*(select(*part.c) for part in parts)).subquery()
    return select(*ids.c)
