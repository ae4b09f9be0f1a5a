"""render(LIST): all that a view says to show a list."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from flask import render_template, request
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from admin_app.foundation import clock, list_choices
from admin_app.foundation.errors import NotFound
from admin_app.web.arguments import Unreadable, of
from admin_app.web.desk_view import signed_in
from admin_app.web.lists.address import ListAddress, Preferred, read
from admin_app.web.lists.context import Context
from admin_app.web.lists.description import ListPage
from admin_app.web.lists.shown import Shown

LISTS = "desk_lists"


def shown(page: ListPage, *, arguments: Mapping[str, str] | None = None, place: Mapping[str, Any] | None = None, **given: Any) -> Shown:
    """The list as this request asks for it, for a template that puts it into a page of its own.

    `arguments` and `place` are for a request at another address (a form that was refused): what the address of the list would hold.
    """
    me = signed_in()
    asked = request.args if arguments is None else MultiDict(arguments)
    where = place if place is not None else request.view_args if request.endpoint == page.endpoint else {}
    return Shown(Context(me, address_of(page, asked, me, place=where), clock.today(), given))


def address_of(page: ListPage, asked: MultiDict[str, str], me: Any, *, place: Mapping[str, Any] | None = None) -> ListAddress:
    """What `asked` means to this reader: with a saved view opened, and their own choices where it says nothing."""
    chosen = list_choices.choices_of(me.staff_id, page.name)
    preferred = Preferred(chosen.columns, chosen.sort_by, chosen.page_size)
    token = of(asked).single("view")
    if not token:
        return read(page, asked, me, place=place, preferred=preferred)
    arguments = _opened(page, token, asked)
    try:
        return replace(read(page, arguments, me, place=place, preferred=preferred), token=token)
    except Unreadable as unreadable:
        if asked.get("page"):
            raise
        raise NotFound(_l("This view asks for something that is not there any more, or that you may not see.")) from unreadable


def _opened(page: ListPage, token: str, asked: MultiDict[str, str]) -> MultiDict[str, str]:
    of(asked).only({"view", "page", *page.extra_arguments})
    query = list_choices.query_of(page.name, token)
    if query is None:
        raise NotFound(_l("There is no such view. Whoever saved it may have removed it."))
    return MultiDict([*parse_qsl(query), *((name, value) for name, value in asked.items(multi=True) if name != "view")])


def render(page: ListPage, *, status: int = 200, **given: Any) -> Any:
    """The page of a list; `given` is what its template and its cells need besides. See shown()."""
    made = shown(page, **given)
    status = 400 if made.address.problems and status == 200 else status
    facts = {name: value for name, value in given.items() if name not in ("arguments", "place")}
    return render_template(page.template, list=made, **facts), status


def install(app: Any, lists: Sequence[ListPage]) -> None:
    """Tell the app its lists."""
    app.extensions[LISTS] = {page.name: page for page in lists}
