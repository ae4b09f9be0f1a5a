"""Who asks for which view of a list, and the rows that answer it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from admin_app.foundation import keyset
from admin_app.web.lists.address import ListAddress
from admin_app.web.lists.description import Column


@dataclass(frozen=True)
class Context:
    """Who reads a list, which view of it, on which day, and what the view gave besides."""

    me: Any
    address: ListAddress
    today: date
    given: Mapping[str, Any]

    @property
    def tab(self) -> str:
        """The tab in view."""
        return self.address.wanted.tab


def columns_of(context: Context) -> list[Column]:
    """Every column of the tab in view that the person may see."""
    tab, me = context.tab, context.me
    return [
        column
        for column in context.address.page.columns
        if (not column.tabs or tab in column.tabs)
        and (not column.permission or me.may(column.permission))
        and (column.only_if is None or column.only_if(context))
    ]


def page_of(context: Context) -> keyset.Page[Any]:
    """The rows of one page, as the database gives them."""
    page, address = context.address.page, context.address
    found = page.instead(context) if page.instead else None
    if found is not None:
        return keyset.Page(found, None, None)
    if page.listed is None:
        return keyset.Page(page.rows(context) if page.rows else (), None, None)
    order = page.all_orders[address.order.removeprefix("-")]
    return keyset.page_of(
        page.listed,
        order.by,
        context.me,
        page.question(address.wanted),
        descending=address.is_descending,
        cursor=address.cursor,
        size=address.size,
        values=page.values(context),
    )


def counts_of(context: Context) -> Mapping[str, int]:
    """The numbers of the tabs."""
    page, address = context.address.page, context.address
    if page.ids is None:
        return context.given.get("counts", {})
    asked = [(tab.name, page.question(address.in_tab(tab.name, context.me).wanted)) for tab in page.tabs if tab.is_counted]
    return keyset.counts_of(page.ids, context.me, asked)
