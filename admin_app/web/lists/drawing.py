"""How rows become HTML: a cell is a value, escaped, or what a function or macro draws; a row is one join (ADR 0019)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any
from urllib.parse import quote

from flask import current_app, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from admin_app.web.lists.description import Column, ListPage
from admin_app.web.promised_day import Promise, promised
from admin_app.web.template_filters import moment

PLACE = "000place000"
"""Stands for the value of one row while an address is made."""
DASH = "—"


@lru_cache(maxsize=1000)
def getter(column: Column) -> Callable[[Any, Any], Any]:
    """A function (row, context) -> the column's value."""
    if callable(column.value):
        return column.value
    get = attrgetter(column.value)
    return lambda row, _context: get(row)


@dataclass
class Draw:
    """What a cell may use to draw itself, on one page."""

    context: Any
    """The page's Context: person, address, what the view gave."""
    facts: dict[str, Any]
    """What every template knows (template_filters.page_facts)."""
    _macros: dict[str, Any] = field(default_factory=dict)
    _remembered: dict[Any, Any] = field(default_factory=dict)

    @property
    def ui(self) -> Any:
        """The macros of desk/macros.html."""
        return self.facts["ui"]

    def status(self, label: Any, mark: str) -> Any:
        """Word, shape and colour."""
        return self.ui.status(label, mark)

    def person(self, name: str, latin: str | None = None) -> Any:
        """A name in both scripts, the reader's first."""
        name = name or _("Erased")
        second = latin if latin and latin != name else None
        if second is None:
            return PERSON % name
        return CHINESE_FIRST % (name, second) if self.facts["lang"] == "zh" else ENGLISH_FIRST % (second, name)

    def address_of(self, endpoint: str, argument: str, keeps_view: bool) -> tuple[str, str]:
        """What stands before and after the `argument` in the addresses of an endpoint; worked out once a page."""
        key = (endpoint, argument, keeps_view)
        if key not in self._remembered:
            view = self.context.address.arguments() if keeps_view else {}
            values: dict[str, Any] = {argument: PLACE} | view
            before, _place, after = url_for(endpoint, **values).partition(PLACE)
            self._remembered[key] = before, after
        return self._remembered[key]

    def link(self, text: Any, url: str, style: str = "reference") -> Markup:
        """A link; the first one of a row is what Enter opens."""
        return LINK % (style, url, text)

    def macro(self, template: str, name: str) -> Any:
        """A macro of a room's own template."""
        if template not in self._macros:
            self._macros[template] = current_app.jinja_env.get_template(template).make_module(self.facts)
        return getattr(self._macros[template], name)

    def remembered(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` gives, made once a page."""
        if name not in self._remembered:
            self._remembered[name] = make()
        return self._remembered[name]

    def text(self, value: Any) -> Any:
        """A value as people read it: days and moments on the office's clock, yes and no, a dash for nothing."""
        if value is None or value == "":
            return DASH
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, datetime):
            return moment(value)
        if isinstance(value, Promise):
            return promised(value.day)
        return self.facts["day"](value) if isinstance(value, date) else value

    def cell(self, column: Column) -> Callable[[Any], Any]:
        """A function row -> what stands in the cell."""
        if column.cell is not None:
            draw = column.cell
            return lambda row: draw(row, self)
        get, context, text = getter(column), self.context, self.text
        return lambda row: text(get(row, context))


PERSON = Markup('<span class="person">%s</span>')
CHINESE_FIRST = Markup(
    '<span class="person"><span class="person-first" lang="zh-Hans">%s</span> <span class="person-second" lang="en">%s</span></span>'
)
ENGLISH_FIRST = Markup(
    '<span class="person"><span class="person-first" lang="en">%s</span> <span class="person-second" lang="zh-Hans">%s</span></span>'
)
LINK = Markup('<a class="%s" href="%s">%s</a>')
DISABLED = Markup(" disabled")
BOX = Markup('<td class="tight"><input type="checkbox" class="form-check-input" name="%s" value="%s"%s aria-label="%s"></td>')


def macro(template: str, name: str) -> Callable[[Any, Draw], Any]:
    """A cell drawn by the macro `name(row, context)` of a room's template."""

    def cell(row: Any, draw: Draw) -> Any:
        return draw.macro(template, name)(row, draw.context)

    return cell


def linked(endpoint: str, attribute: str, *, argument: str = "", text: str = "", style: str = "reference", keeps_view: bool = False) -> Any:
    """A cell that shows the row's `text` (default: `attribute`) as a link to `endpoint`; its route's `argument` is the `attribute`.

    `keeps_view`: the address carries the view of the list, for the way back and for the next row.
    """
    get, get_text = attrgetter(attribute), attrgetter(text or attribute)
    name = argument or attribute.rpartition(".")[2]

    def cell(row: Any, draw: Draw) -> Any:
        before, after = draw.address_of(endpoint, name, keeps_view)
        return draw.link(get_text(row), f"{before}{quote(str(get(row)), safe='')}{after}", style)

    return cell


def body(page: ListPage, columns: Sequence[Column], rows: Sequence[Any], draw: Draw, *, boxes: Callable[[Any], Any] | None) -> Markup:
    """The rows of the table. `boxes(row)`: the name of a row that can be selected, None for one that cannot."""
    row_id, sent_id = attrgetter(page.row_id), attrgetter(page.sent_id or page.row_id)
    names_row = next((column for column in columns if column.is_fixed), None)
    cells = [(*_tags(column, names_row=column is names_row), draw.cell(column)) for column in columns]
    pieces: list[str] = []
    for row in rows:
        style = f' class="{page.row_style(row)}"' if page.row_style and page.row_style(row) else ""
        pieces.append(f'<tr id="row-{escape(row_id(row))}"{style} data-row>')
        if boxes is not None:
            pieces.append(BOX % (page.sent_as, sent_id(row), "" if page.can_select(row) else DISABLED, boxes(row)))
        for opening, closing, cell in cells:
            shown = cell(row)
            pieces.append(f"{opening}{shown if type(shown) is Markup else escape(shown)}{closing}")
        pieces.append("</tr>\n")
    return Markup("".join(pieces))  # noqa: S704  # every piece is ours or was escaped


def _tags(column: Column, *, names_row: bool) -> tuple[str, str]:
    """What stands before and after a cell; the one that names its row is the row's head, which a screen reader says with every cell."""
    style, lang = f' class="{column.style}"' if column.style else "", f' lang="{column.lang}"' if column.lang else ""
    return (f'<th scope="row"{style}{lang}>', "</th>") if names_row else (f"<td{style}{lang}>", "</td>")
