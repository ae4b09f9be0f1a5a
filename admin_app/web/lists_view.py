"""What people choose for a list, and the views of it that they save."""

from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from admin_app.foundation import keyset, list_choices
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import NotFound
from admin_app.foundation.typed_text import texts
from admin_app.web.arguments import form
from admin_app.web.desk_view import DeskView, expose, refuse_unless, requires, signed_in
from admin_app.web.error_pages import TEXTS
from admin_app.web.lists.address import ListAddress
from admin_app.web.lists.description import ListPage
from admin_app.web.lists.page import LISTS, address_of

QUERY_LENGTH = 4000


class ListsView(DeskView):
    """What every list has besides its page."""

    route_base = "/lists"
    default_view = "choose"

    @expose("/<name>/choices", methods=["POST"])
    @requires("home")
    def choose(self, name: str) -> Any:
        """Remember columns, first order and page size of a list; «as at first» forgets them."""
        page, me = called(name), signed_in()
        address = address_of_form(page)
        columns: list[str] | None = chosen_columns(page, address)
        order = form.choice("order", [*page.all_orders, *(f"-{one}" for one in page.all_orders)])
        size: int | None = form.size(keyset.SIZES, address.preferred.size or page.size)
        if form.single("reset"):
            columns, order, size = None, "", None
        with transaction():
            list_choices.choose(me.staff_id, page.name, columns=columns, sort_by=order, page_size=size)
        flash(_("The list is back to its default.") if form.single("reset") else _("The list remembers what you chose."), "success")
        return redirect(address_of_form(page, without=("order", "size")).url())

    @expose("/<name>/views", methods=["POST"])
    @requires("home")
    def save(self, name: str) -> Any:
        """Save the view in sight under a name, or make a link of it, and open it under its own address."""
        page = called(name)
        if not page.saves_views:
            raise NotFound(TEXTS[404][1])
        address, is_link = address_of_form(page), bool(form.single("link"))
        title = None if is_link else texts.line(form.single("title"), most=list_choices.NAME_LENGTH, field="title")
        if title == "" or address.problems:
            flash(_("Please give the view a name; nothing was saved.") if title == "" else _("Correct the filter first."), "warning")
            return redirect(address.url())
        try:
            with transaction():
                token = list_choices.save_view(signed_in().staff_id, page.name, title, urlencode(address.saved))
        except list_choices.TooManyViews as refused:
            flash(refused.message, "warning")
            return redirect(address.url())
        flash(
            _("The link is ready; it can be given to colleagues.") if is_link else _("The view “%(name)s” is saved.", name=title), "success"
        )
        return redirect(url_for(page.endpoint, **dict(address.place), view=token, _anchor="view-link"))

    @expose("/<name>/views/remove", methods=["POST"])
    @requires("home")
    def remove(self, name: str) -> Any:
        """Remove one of one's own views; its address opens nothing any more."""
        page, token = called(name), form.public_id("token")
        address = address_of_form(page)
        with transaction():
            list_choices.remove_view(signed_in().staff_id, token)
        flash(_("The view was removed."), "success")
        return redirect(address.url())


def called(name: str) -> ListPage:
    """The list of this name, if the signed-in person may see it."""
    page: ListPage | None = current_app.extensions[LISTS].get(name)
    if page is None:
        raise NotFound(TEXTS[404][1])
    refuse_unless(page.permission)
    return page


def address_of_form(page: ListPage, *, without: Collection[str] = ()) -> ListAddress:
    """The first page of the view that the form carries, `without` some of its arguments; Unreadable (400) if it is none of ours."""
    pairs = parse_qsl(form.single("view")[:QUERY_LENGTH])
    arguments = MultiDict((name, value) for name, value in pairs if name not in ("page", "view", *without))
    place = dict(parse_qsl(form.single("place")[:QUERY_LENGTH]))
    if set(place) not in [rule.arguments for rule in current_app.url_map.iter_rules(page.endpoint)]:
        form.refuse()
    return address_of(page, arguments, signed_in(), place=place)


def chosen_columns(page: ListPage, address: ListAddress) -> list[str]:
    """The columns to be shown: those ticked, and of other tabs, which the form does not offer, those that were shown before."""
    ticked, offered = form.several("column", page.by_name), form.several("offered", page.by_name)
    before = address.preferred.columns
    return [
        column.name
        for column in page.columns
        if column.name in ticked or (column.name not in offered and (column.is_shown if before is None else column.name in before))
    ]
