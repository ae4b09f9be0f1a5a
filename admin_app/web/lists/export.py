"""A list as a file: headings and rows of the view in sight, as plain values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from urllib.parse import parse_qsl

from flask import current_app
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from admin_app.foundation import clock
from admin_app.foundation.errors import DomainError
from admin_app.foundation.storage.limits import Kind
from admin_app.web import arguments, form_marks
from admin_app.web.lists import drawing
from admin_app.web.lists.context import Context
from admin_app.web.lists.description import ListPage
from admin_app.web.lists.page import LISTS, address_of, shown
from admin_app.web.lists.shown import Shown
from admin_app.web.promised_day import Promise
from reports.tables.csv_file import to_csv
from reports.tables.xlsx_file import to_xlsx

AT_MOST = 1000
"""Rows of a file that is made while its reader waits; a job makes longer ones, so many rows at a time."""
MOST = 50_000
"""Rows of any file: one is made in memory, and nobody reads more in a spreadsheet."""
NOT_OF_THE_VIEW = ("csrf_token", form_marks.FIELD, "file")
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
    lists: Mapping[str, ListPage] = current_app.extensions[LISTS]
    return lists.get(name)


def view_of(page: ListPage, form: MultiDict[str, str]) -> Shown:
    """The list as the form asks for it, from its first row, AT_MOST of them; `after` says whether there are more.

    Unreadable for an argument that the list does not know or a day that is none; NotExported where there is no file.
    """
    if page.not_exported:
        raise NotExported(page.not_exported)
    fields = MultiDict((name, value) for name, value in form.items(multi=True) if name not in NOT_OF_THE_VIEW)
    place = {name: fields.pop(name, "") for name in places_of(page)}
    context = shown(page, arguments=fields, place=place).context
    for sentence in context.address.problems.values():
        raise arguments.Unreadable(sentence)
    return _chunk(context, None)


def ordered_view(page: ListPage, me: Any, *, query: str, place: str, columns: Sequence[str]) -> Context:
    """The view that was ordered as `query`, as this person may see it now; NotExported if they may not, or it cannot be asked any more."""
    if page.not_exported or not me.may(page.permission):
        raise NotExported(_("You may not see this list any more; no file was made."))
    try:
        address = address_of(page, MultiDict(parse_qsl(query)), me, place=dict(parse_qsl(place)))
    except arguments.Unreadable as unreadable:
        raise NotExported(_("This view asks for something that is not there any more, or that you may not see.")) from unreadable
    address = replace(address, preferred=replace(address.preferred, columns=tuple(columns)))
    return Context(me, address, clock.today(), {})


def whole_table(context: Context, *, progress: Callable[[int], None]) -> Table:
    """All rows of a view, AT_MOST of them at a time; NotExported for more than MOST. `progress(rows so far)` is called between statements.

    A row that changes its place while the list is walked stands in it once.
    """
    rows: list[tuple[object, ...]] = []
    seen: set[object] = set()
    get_id = attrgetter(context.address.page.row_id)
    cursor: str | None = None
    while True:
        view = _chunk(context, cursor)
        fresh = [row for row in view.rows if get_id(row) not in seen]
        seen.update(map(get_id, fresh))
        table = table_of(view, fresh)
        rows += table.rows
        cursor = view.after
        if len(rows) > MOST or (cursor and len(rows) == MOST):
            raise NotExported(_("More than %(count)s rows match. Narrow the filters; no file was made.", count=f"{MOST:,}"))
        if cursor is None:
            return Table(table.headings, rows)
        progress(len(rows))


def _chunk(context: Context, cursor: str | None) -> Shown:
    return Shown(replace(context, address=replace(context.address, cursor=cursor, size=AT_MOST)))


def places_of(page: ListPage) -> set[str]:
    """The names of what stands in the path of the list's address."""
    return {name for rule in current_app.url_map.iter_rules(page.endpoint) for name in rule.arguments}


def table_of(view: Shown, rows: Sequence[Any] | None = None) -> Table:
    """The columns in sight that hold data, and the values of `rows` (else all of the view) as this person may see them."""
    columns = [column for column in view.columns if not column.only_screen]
    getters = [drawing.getter(column) for column in columns]
    found = [tuple(_plain(get(row, view.context)) for get in getters) for row in (view.rows if rows is None else rows)]
    return Table(tuple(str(column.label) for column in columns), found)


def facts_of(context: Context, kind: str, rows: int) -> dict[str, Any]:
    """What the log keeps of a file: the names of the filters in force, never what was typed into them, which may be personal."""
    names = [name for name, _value in context.address.wanted.filters]
    return {"file": kind, "tab": context.tab, "filters": ", ".join(names), "rows": rows}


def content_of(table: Table, kind: str, name: str) -> bytes:
    """The file: texts as texts in XLSX, formulas disarmed in CSV."""
    return to_csv(table.headings, table.rows) if kind == Kind.CSV else to_xlsx(table.headings, table.rows, name=name)


def file_name(context: Context, kind: str) -> str:
    """What the file is called: list, tab, day."""
    return "-".join(filter(None, (context.address.page.name, context.tab, context.today.isoformat()))) + f".{kind}"


def _plain(value: Any) -> object:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Promise):
        return value.plain
    if isinstance(value, datetime):
        return clock.to_office(value).replace(tzinfo=None, microsecond=0)
    if value is None or isinstance(value, date | int | float):
        return value
    return str(value)
