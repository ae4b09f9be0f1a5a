"""The list of a reference screen, made of what its class declares."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import Integer, Select, String, or_, select

from admin_app.foundation import keyset
from admin_app.foundation.i18n import words
from admin_app.web.lists.description import PLACE, RANK, Button, Column, Empty, ListPage, Order, Words
from admin_app.web.lists.drawing import Draw
from admin_app.web.lists.filters import Choice, Text
from admin_app.web.template_filters import day

NOTED = Markup('{}<span class="matrix-when">{}</span>')
STATES = {"used": _l("In use"), "off": _l("Switched off"), "all": _l("All")}


class RowFilter(NamedTuple):
    """What is looked for in a table of reference data."""

    q: str
    state: str


def reference_list(view: Any) -> ListPage:
    """The list of a reference screen: its columns, a search in its texts, in use or switched off."""
    endpoint, permission, add = f"{view.__name__}.list", view.class_permission_name, f"{view.__name__}.add"
    return ListPage(
        name=view.noun.replace("_", "-"),
        endpoint=endpoint,
        permission=f"{permission}.read",
        title=view.list_title,
        subtitle=view.intro,
        template=view.list_template,
        table_style=view.table_style,
        row_style=lambda item: "" if item.is_active else "row-off",
        facts={"view": view},
        listed=_listed(view),
        question=lambda wanted: RowFilter(wanted.get("q", ""), wanted.get("state", "used")),
        row_id="id",
        columns=[*_columns(view), *view.more_columns(), _state()],
        order=view.order_columns[0],
        filters=[
            *([Text(name="q", label=_l("Find"))] if view.is_searched else []),
            Choice(name="state", label=_l("State"), offers=lambda *_: [*words(STATES).items()], default="used"),
        ],
        extra_arguments=view.extra_arguments,
        buttons=[
            Button(
                label=view.add_title, endpoint=add, icon="plus", key="n", is_primary=True, permission=f"{permission}.edit"
            )
        ],
        empty=Empty(
            title=_l("Nothing here yet"), text=view.intro, endpoint=add, action=view.add_title,
            permission=f"{permission}.edit",
        ),
    )  # fmt: skip


def _listed(view: Any) -> keyset.Listed:
    return _Listed(view.model, tuple(view.search_columns))


class _Listed:
    """The rows of one table; a class, so that it depends on nothing but the table."""

    def __init__(self, model: Any, searched: tuple[str, ...]) -> None:
        self.model, self.searched = model, searched

    def __call__(self, _who: Any, asked: RowFilter, _today: date) -> Select[Any]:
        query = select(self.model)
        if asked.q:
            columns = [getattr(self.model, name) for name in self.searched]
            query = query.where(or_(*(c.icontains(asked.q, autoescape=True) for c in columns if isinstance(c.type, String))))
        return query if asked.state == "all" else query.where(self.model.is_active == (asked.state == "used"))


def _columns(view: Any) -> list[Column]:
    names = [*view.list_columns, *(name for name in view.order_columns if name not in view.list_columns)]
    return [_column(view, name, is_first=place == 0, is_listed=name in view.list_columns) for place, name in enumerate(names)]


def _column(view: Any, name: str, *, is_first: bool, is_listed: bool) -> Column:
    return Column(
        name=name,
        label=view.label_columns[name],
        value=_value(view, name),
        cell=_name_cell(view, name) if is_first else None,
        is_fixed=is_first,
        is_shown=is_listed,
        order=Order(by=_order(view, name), words=_words(view, name)) if name in view.order_columns else None,
        lang={"_zh": "zh-Hans", "_en": "en"}.get(name[-3:], ""),
    )


def _order(view: Any, name: str) -> keyset.Order:
    # A unique column names its row by itself.
    column = getattr(view.model, name)
    return keyset.Order((column,) if view.model.__table__.c[name].unique else (column, view.model.id))


def _words(view: Any, name: str) -> Words:
    return RANK if isinstance(view.model.__table__.c[name].type, Integer) else PLACE


def _value(view: Any, name: str) -> Callable[[Any, Any], Any]:
    return lambda item, _context: cell_text(view, name, getattr(item, name))


def _name_cell(view: Any, name: str) -> Callable[[Any, Draw], Any]:
    def cell(item: Any, draw: Draw) -> Any:
        text, note = cell_text(view, name, getattr(item, name)), view.note_of(item)
        link = draw.link(text, url_for(f"{view.__name__}.show", pk=item.id), "fw-bold nowrap")
        return NOTED.format(link, note) if note else link

    return cell


def _state() -> Column:
    return Column(
        name="state",
        label=_l("State"),
        value=lambda item, _context: words(STATES)["used" if item.is_active else "off"],
        style="nowrap",
        cell=lambda item, draw: draw.status(_("In use"), "dot-good") if item.is_active else draw.status(_("Switched off"), "dash"),
    )


def cell_text(view: Any, name: str, value: Any) -> Any:
    """A value of the column `name` as it reads on the page."""
    if name in view.shown_as:
        return view.shown_as[name](value)
    if name in view.choice_labels:
        labels, values = view.choice_labels[name], value if isinstance(value, list) else [value]
        return " · ".join(str(labels.get(one, one)) for one in values) or "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return day(value)
    return "—" if value in (None, "") else value
