"""Doors: where a resident can go, when it is open, how far it is."""

from typing import Any

from flask import Response, make_response, request

from admin_app.foundation.errors import NotFound
from admin_app.online import queries
from admin_app.online.views.pages import PAGES, draw
from admin_app.web import arguments, stamps
from admin_app.web.error_pages import FOR_RESIDENTS
from admin_app.web.public_view import public

POSITION = "position"
"""What the stamp of the form is for with which a browser says where it is."""


@PAGES.get("/centres")
@public
def centres() -> Any:
    """The centres: all of them, or those of a district and the nearest beyond it."""
    everywhere = queries.every_centre()
    known = queries.districts(everywhere)
    district = arguments.address.choice("district", known)
    inside, beyond = queries.around(district, everywhere) if district else (everywhere[: queries.MOST], [])
    return _page(lines=inside, beyond=beyond, districts=known, district=district, has_more=len(everywhere) > queries.MOST)


@PAGES.post("/centres")
@public
@stamps.stamped(POSITION)
def near() -> Any:
    """The centres near a place that the browser told after its owner pressed the button; nothing keeps it."""
    known = queries.districts(queries.every_centre())
    latitude = arguments.form.decimal("latitude", lowest=-90, highest=90)
    longitude = arguments.form.decimal("longitude", lowest=-180, highest=180)
    if latitude is None or longitude is None:
        arguments.form.refuse()
    here = queries.rounded(latitude, longitude)
    return _page(lines=queries.near(here), beyond=[], districts=known, district="", has_more=False, here=here)


def _page(**facts: Any) -> Response:
    answer = make_response(draw("online/centres.html", position=POSITION, **facts))
    answer.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self)"
    return answer


@PAGES.get("/centres/<code>")
@public
def centre(code: str) -> Any:
    """One centre: address, phone, the hours of the next days by the calendar."""
    found = queries.centre(code)
    if found is None:
        raise NotFound(FOR_RESIDENTS[404][1])
    return draw("online/centre.html", line=found, days=queries.days_of(found), district=request.args.get("district", ""))
