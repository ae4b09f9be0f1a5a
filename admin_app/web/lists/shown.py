"""What the template of a list sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from admin_app.foundation import keyset
from admin_app.foundation.i18n import titled
from admin_app.web.desk_view import signed_in_member
from admin_app.web.lists import drawing, menus
from admin_app.web.lists.address import served
from admin_app.web.lists.context import Context, columns_of, counts_of, page_of
from admin_app.web.lists.description import PLACE, Button, Column, Empty, Order
from admin_app.web.lists.filters import Filter
from admin_app.web.lists.own_menus import OwnMenus
from admin_app.web.template_filters import capped, page_facts

MOVE, OPEN, SELECT, ALL_KEYS = (("j", "k"), _l("move")), (("Enter",), _l("open")), (("x",), _l("select")), (("?",), _l("all shortcuts"))


@dataclass(frozen=True)
class Heading:
    """The head of a column: its label, and the way to sort by it or why there is none."""

    label: Any
    style: str
    url: str = ""
    sorted: str = ""
    """ascending, descending or nothing."""
    why_not: Any = ""


class Shown:
    """What the template of a list sees."""

    def __init__(self, context: Context) -> None:
        self.context, self.address, self.page, self.me = context, context.address, context.address.page, context.me
        self._page = self._read()
        self.rows = self._prepared(self._page.rows)

    def _read(self) -> keyset.Page[Any]:
        if self.address.problems:
            return keyset.Page((), None, None)
        return page_of(self.context)

    def _prepared(self, rows: Sequence[Any]) -> Sequence[Any]:
        return self.page.prepare(rows, self.context) if self.page.prepare and rows else rows

    def __getattr__(self, name: str) -> Any:
        # What the view gave stands beside what the list knows: list.form, list.batch.
        try:
            return self.__dict__["context"].given[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def title(self) -> Any:
        """The heading of the page."""
        return self.page.title(self.context) if callable(self.page.title) else self.page.title

    @property
    def subtitle(self) -> Any:
        """The line under the heading."""
        subtitle = self.page.subtitle
        return subtitle(self) if callable(subtitle) else subtitle

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of this tab that the reader chose, in the order of the description."""
        possible = self.possible_columns
        chosen = self.address.preferred.columns
        if chosen is None:
            return [column for column in possible if column.is_fixed or column.is_shown]
        return [column for column in possible if column.is_fixed or column.only_screen or column.name in chosen]

    @property
    def possible_columns(self) -> list[Column]:
        """Every column of this tab that the reader may see."""
        return columns_of(self.context)

    @cached_property
    def headings(self) -> list[Heading]:
        """The heads of the columns."""
        return [self._heading(column) for column in self.columns]

    def _heading(self, column: Column) -> Heading:
        style, here = column.style, self.address.order
        if column.order is None or not served(self.page, column.name, self.address.wanted):
            why_not = "" if column.only_screen else titled(_("Not sorted"), self.page.why_unsorted(column))
            return Heading(column.label, style, why_not=why_not)
        is_here, falls = here.removeprefix("-") == column.name, here.startswith("-")
        turned = column.name if is_here and falls else f"-{column.name}"
        first = f"-{column.name}" if column.order.descending else column.name
        direction = ("descending" if falls else "ascending") if is_here else ""
        return Heading(column.label, style, url=self.address.url(order=turned if is_here else first), sorted=direction)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many rows each counted tab holds under these filters."""
        return counts_of(self.context)

    @cached_property
    def tabs(self) -> list[dict[str, Any]]:
        """The tabs as ui.tabs() wants them."""
        here = self.context.tab
        return [
            {
                "label": tab.label,
                "url": url_for(tab.endpoint, **dict(tab.arguments)) if tab.endpoint else self._tab_url(tab.name),  # type: ignore[arg-type]
                "count": self.counts.get(tab.name),
                "active": tab.name == here,
            }
            for tab in self.page.tabs
        ]

    def _tab_url(self, name: str) -> str:
        left = dict.fromkeys(dict(self.address.given).keys() - dict(self.address.in_tab(name, self.me).given).keys())
        return self.address.url(tab=name if name != self.page.first_tab else None, order=None, **left)

    @cached_property
    def chips(self) -> list[dict[str, Any]]:
        """The filters in force: what each says, and the address without it."""
        raw, tab = self.address.raw, self.context.tab
        return [
            {"label": one.says(raw, self.me, tab), "url": self.address.url(**dict.fromkeys(one.arguments))}
            for one in self.page.filters
            if any(name in raw for name in one.arguments) and not any(name in self.address.problems for name in one.arguments)
        ]

    @property
    def clear_url(self) -> str:
        """The address without any filter."""
        return self.address.url(**{name: None for one in self.page.filters for name in one.arguments})

    @property
    def fields(self) -> list[Filter]:
        """The filters that are typed into, side by side above the list."""
        return [one for one in self.offered_filters if one.kind in ("text", "number")]

    @property
    def in_menus(self) -> list[Filter]:
        """The filters that are chosen in menus."""
        return [one for one in self.offered_filters if one.kind in ("choice", "days")]

    @property
    def offered_filters(self) -> list[Filter]:
        """The filters of this tab."""
        return [one for one in self.page.filters if self.context.tab not in one.not_in]

    def hidden_for(self, *filters: Filter) -> list[tuple[str, str]]:
        """What a form of these filters carries along: the rest of the view, page by page from its beginning."""
        own = {name for one in filters for name in one.arguments}
        pairs = []
        for name, value in self.address.arguments().items():
            if name not in own:
                pairs += [(name, one) for one in (value if isinstance(value, list) else [value])]
        return pairs

    @property
    def drawn_menus(self) -> Markup:
        """The menus of the filters."""
        return menus.drawn(self.address.path, tuple(self._menu(one) for one in self.in_menus))

    def _menu(self, one: Any) -> menus.Menu:
        hidden = tuple((name, str(value)) for name, value in self.hidden_for(one))
        if one.kind == "days":
            problems = self.address.problems
            days = tuple(menus.Typed(name, self.typed(name), str(problems.get(name, ""))) for name in one.arguments)
            return menus.Menu(one.name, str(one.label), hidden, days=days)
        chosen = self.chosen(one)
        offers = [(str(value), str(word)) for value, word in one.offers(self.me, self.context.tab)]
        offered = tuple(menus.Offered(value, word, value in chosen) for value, word in offers)
        return menus.Menu(one.name, str(one.label), hidden, several=one.several, offered=offered)

    def typed(self, name: str) -> str:
        """What stands in the field of a filter."""
        return self.address.raw.get(name, "")

    def chosen(self, one: Any) -> set[str]:
        """The values of a choice that are ticked."""
        return set(self.address.raw.getlist(one.name)) or ({one.default} if one.default else set())

    @property
    def body(self) -> Markup:
        """The rows of the table."""
        draw = drawing.Draw(self.context, page_facts(signed_in_member()) | dict(self.page.facts))
        return drawing.body(self.page, self.columns, self.rows, draw, boxes=self._box_name if self.has_boxes else None)

    def _box_name(self, row: Any) -> Any:
        name = attrgetter(self.page.row_name)(row) if self.page.row_name else drawing.getter(self.page.columns[0])(row, self.context)
        return self._box_text % {"row": name}

    @cached_property
    def _box_text(self) -> str:
        # Looked up once a page, not once a row.
        return str(_("Select %(row)s"))

    @cached_property
    def actions(self) -> list[Any]:
        """What can be done with selected rows here, by this person."""
        tab = self.context.tab
        return [action for action in self.page.actions if self.me.may(action.permission) and (not action.tabs or tab in action.tabs)]

    @property
    def has_boxes(self) -> bool:
        """Whether this person selects rows here."""
        return bool(self.actions) or bool(self.page.selects and self.me.may(self.page.selects))

    @property
    def rows_form(self) -> Any:
        """The form around the rows, where this person types into them."""
        form, tab = self.page.rows_form, self.context.tab
        return form if form and self.me.may(form.permission) and (not form.tabs or tab in form.tabs) else None

    @property
    def buttons(self) -> list[Button]:
        """The links at the right of the heading."""
        mine = [button for button in self.page.buttons if not button.permission or self.me.may(button.permission)]
        return [button for button in mine if not button.if_any or self.counts.get(button.if_any)]

    @property
    def view_text(self) -> str:
        """The view as a form carries it: the query of its address."""
        return urlencode(self.address.arguments(), doseq=True)

    @property
    def place_text(self) -> str:
        """Where the list stands, as a form carries it: what is in the path of its address."""
        return urlencode(self.address.place)

    @cached_property
    def own(self) -> OwnMenus:
        """What the reader may choose for themselves."""
        return OwnMenus(self.address, self.me, self.columns, self.possible_columns)

    @property
    def order(self) -> Order | None:
        """The order in force."""
        return self.page.all_orders.get(self.address.order.removeprefix("-"))

    @property
    def sorted_by(self) -> Any:
        """The order in words."""
        name = self.address.order.removeprefix("-")
        if name not in self.page.by_name:
            return ""
        words = self.order.words if self.order else PLACE
        direction = words.falling if self.address.is_descending else words.rising
        return _("Sorted by %(column)s, %(direction)s", column=self.page.by_name[name].label, direction=direction)

    @property
    def pager_words(self) -> tuple[Any, Any]:
        """What the pager's two links say: they follow the order."""
        words = self.order.words if self.order else PLACE
        return (words.after, words.before) if self.address.is_descending and words.turns else (words.before, words.after)

    @property
    def after(self) -> str | None:
        """The mark of the page after, None where this is the last one."""
        return self._page.after

    @property
    def before_url(self) -> str | None:
        """The address of the page before."""
        return self.address.url(page=self._page.before) if self._page.before else None

    @property
    def after_url(self) -> str | None:
        """The address of the page after."""
        return self.address.url(page=self._page.after) if self._page.after else None

    @property
    def amount(self) -> Any:
        """How many rows are shown, of how many."""
        shown, total = len(self.rows), self.counts.get(self.context.tab) if self.page.tabs else None
        if total is not None:
            return _("%(shown)s of %(total)s", shown=shown, total=capped(total))
        return _("%(shown)s rows", shown=shown) if shown != 1 else _("1 row")

    @property
    def empty(self) -> Empty:
        """What the list says when it is empty."""
        empty = self.page.empty
        return empty if isinstance(empty, Empty) else empty.get(self.context.tab) or empty[""]

    @property
    def key_hints(self) -> list[Any]:
        """The keys of this list."""
        hints: list[Any] = [MOVE, OPEN] if self.page.links_rows else [MOVE]
        if self.has_boxes:
            hints += [SELECT, *(((action.key,), action.label) for action in self.actions if action.key)]
        return [*hints, *(((button.key,), button.label) for button in self.buttons if button.key), *self.page.key_hints, ALL_KEYS]
