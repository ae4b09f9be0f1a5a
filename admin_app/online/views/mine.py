"""Doors: a resident's own cases, how far they are, what is to be done."""

from typing import Any

from admin_app.foundation.errors import NotFound
from admin_app.mailing.queries import standing
from admin_app.online import queries
from admin_app.online.views import entrance
from admin_app.online.views.pages import PAGES, draw
from admin_app.web.error_pages import FOR_RESIDENTS
from admin_app.web.public_view import for_residents


@PAGES.get("/mine")
@for_residents(level=2)
def mine() -> Any:
    """Every case of whoever is signed in, the newest first."""
    cases = standing.of_resident(entrance.me().resident.id)
    return draw("online/mine.html", cases=cases, most=standing.MOST)


@PAGES.get("/mine/<public_id>")
@for_residents(level=2)
def case(public_id: str) -> Any:
    """How far one case is, and what it waits for."""
    found = standing.of_own_case(entrance.me().resident.id, public_id)
    if found is None:
        raise NotFound(FOR_RESIDENTS[404][1])
    return draw("online/case.html", one=found, line=queries.line_of(found.case.centre))
