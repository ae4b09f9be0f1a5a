"""A list as a file: headings and rows of the view in sight, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from admin_app.foundation import clock
from admin_app.foundation.errors import DomainError
from admin_app.web import arguments
from admin_app.web.lists import drawing
from admin_app.web.lists.description import ListPage
from admin_app.web.lists.page import shown
from admin_app.web.lists.shown import Shown

AT_MOST = 1000
"""Rows of a file."""
NOT_OF_THE_VIEW = ("csrf_token", "file")
"""Fields of the form that say nothing about what is exported."""


class NotExported(DomainError):
    """This list, or so much of it, is not given out as a file."""


@dataclass(frozen=True)
class Table:
    """What a file holds: headings in the reader's language, rows of texts, numbers, days and moments (office clock)."""

    headings: tuple[str, ...]
    rows: list[tuple[object, ...]]


def called(name: str) -> ListPage | None:
    """The list of that name; None if there is none."""
    lists: Mapping[str, ListPage] = current_app.extensions["desk_lists"]
    return lists.get(name)


def view_of(page: ListPage, form: MultiDict[str, str]) -> Shown:
    """The list as the form asks for it, with all its rows instead of a page of them.

    Unreadable for an argument that the list does not know or a day that is none; NotExported where there is no file.
    """
    if page.not_exported:
        raise NotExported(page.not_exported)
    fields = MultiDict((name, value) for name, value in form.items(multi=True) if name not in NOT_OF_THE_VIEW)
    place = {name: fields.pop(name, "") for name in places_of(page)}
    context = shown(page, arguments=fields, place=place).context
    for sentence in context.address.problems.values():
        raise arguments.Unreadable(sentence)
    whole = Shown(replace(context, address=replace(context.address, cursor=None, size=AT_MOST)))
    if whole.after_url is not None:
        raise NotExported(_l("More than 1,000 rows match. Narrow the filters: a file holds at most 1,000 rows. Nothing was exported."))
    return whole


def places_of(page: ListPage) -> set[str]:
    """The names of what stands in the path of the list's address."""
    return {name for rule in current_app.url_map.iter_rules(page.endpoint) for name in rule.arguments}


def table_of(view: Shown) -> Table:
    """The columns in sight that hold data, and their values as this person may see them."""
    columns = [column for column in view.columns if not column.only_screen]
    getters = [drawing.getter(column) for column in columns]
    rows = [tuple(_plain(get(row, view.context)) for get in getters) for row in view.rows]
    return Table(tuple(str(column.label) for column in columns), rows)


def filters_of(view: Shown) -> list[str]:
    """The names of the filters in force; what was typed into them may be personal."""
    return [name for name, _value in view.address.wanted.filters]


def _plain(value: Any) -> object:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return clock.to_office(value).replace(tzinfo=None, microsecond=0)
    if value is None or isinstance(value, date | int | float):
        return value
    return _facts(value) if isinstance(value, Mapping) else str(value)


def _facts(facts: Mapping[str, Any]) -> str:
    """What an audit entry keeps besides, as the page words it: name: value, or name: before → after."""
    before, after = facts.get("before"), facts.get("after")
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return "; ".join(f"{name}: {before.get(name, drawing.DASH)} → {value}" for name, value in after.items())
    return "; ".join(f"{name}: {value}" for name, value in facts.items())
