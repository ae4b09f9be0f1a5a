"""render(LIST): all that a view says to show a list."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from admin_app.foundation import clock
from admin_app.web.desk_view import signed_in
from admin_app.web.lists.address import Preferred, read
from admin_app.web.lists.context import Context
from admin_app.web.lists.description import ListPage
from admin_app.web.lists.shown import Shown


def shown(page: ListPage, *, arguments: Mapping[str, str] | None = None, place: Mapping[str, Any] | None = None, **given: Any) -> Shown:
    """The list as this request asks for it, for a template that puts it into a page of its own.

    `arguments` and `place` are for a request at another address (a form that was refused): what the address of the list would hold.
    """
    me = signed_in()
    asked = request.args if arguments is None else MultiDict(arguments)
    where = place if place is not None else request.view_args if request.endpoint == page.endpoint else {}
    address = read(page, asked, me, place=where, preferred=Preferred())
    return Shown(Context(me, address, clock.today(), given))


def render(page: ListPage, *, status: int = 200, **given: Any) -> Any:
    """The page of a list; `given` is what its template and its cells need besides. See shown()."""
    made = shown(page, **given)
    status = 400 if made.address.problems and status == 200 else status
    facts = {name: value for name, value in given.items() if name not in ("arguments", "place")}
    return render_template(page.template, list=made, **facts), status


def install(app: Any, lists: Sequence[ListPage]) -> None:
    """Tell the app its lists."""
    app.extensions["desk_lists"] = {page.name: page for page in lists}
