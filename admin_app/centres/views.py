"""Doors: which centres there are, which one is near, when it is open."""

from typing import Any

from flask import url_for

from admin_app.centres import queries, rules
from admin_app.foundation import clock, keyset
from admin_app.foundation.errors import NotFound
from admin_app.foundation.i18n import pick
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.error_pages import TEXTS

NEAR = 25
"""How many centres a nearest search shows."""


class CentresView(DeskView):
    """Service centres, for everybody."""

    route_base = "/centres"

    @expose("/", methods=["GET"])
    @requires("centres.read")
    def index(self) -> Any:
        """The centres: by code, or by distance from coordinates or a district."""
        asked = {
            "q": arguments.text("q"),
            "district": arguments.text("district", limit=6),
            "latitude": arguments.decimal("latitude", lowest=-90, highest=90),
            "longitude": arguments.decimal("longitude", lowest=-180, highest=180),
            "size": arguments.size(keyset.SIZES),
        }
        here = self._here(asked)
        found = queries.nearest(here, limit=NEAR) if here else []
        page = None if here else queries.page(q=asked["q"], size=asked["size"], cursor=arguments.cursor())  # type: ignore[arg-type]
        return self.render_template(
            "centres/index.html",
            asked=asked,
            page=page,
            found=found or [(centre, None) for centre in (page.rows if page else [])],
            districts=[("", "—"), *((row.district_code, pick(row, "name")) for row in queries.districts())],
            opening=opening_now(),
            url=lambda **changes: url_for("CentresView.index", **({k: v for k, v in asked.items() if v not in ("", None)} | changes)),
            is_own=signed_in().centre_id,
        )

    def _here(self, asked: dict[str, Any]) -> queries.Point | None:
        if asked["latitude"] is not None and asked["longitude"] is not None:
            return asked["latitude"], asked["longitude"]
        return queries.middle_of(asked["district"]) if asked["district"] else None

    @expose("/<code>", methods=["GET"])
    @requires("centres.read")
    def show(self, code: str) -> Any:
        """One centre with its week and its nearest neighbours."""
        centre = queries.by_code(code[:20])
        if centre is None:
            raise NotFound(TEXTS[404][1])
        near = [pair for pair in queries.nearest((centre.latitude, centre.longitude), limit=6) if pair[0].id != centre.id]
        week = [(day, rules.format_hours(spans)) for day, spans in zip(rules.WEEKDAYS, centre.hours, strict=False)]
        return self.render_template("centres/show.html", centre=centre, week=week, near=near[:5], opening=opening_now())


def opening_now() -> Any:
    """A function centre -> Opening for this moment (one statement for the calendar)."""
    calendar, moment = queries.calendar(), clock.to_office(clock.now())
    return lambda centre: rules.opening(centre.hours, moment, calendar)
