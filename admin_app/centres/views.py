"""Doors: which centres there are, which one is near, when it is open."""

from typing import Any

from admin_app.centres import queries, rules
from admin_app.centres.lists import CENTRES, opening_now
from admin_app.foundation.errors import NotFound
from admin_app.web.desk_view import DeskView, expose, requires
from admin_app.web.error_pages import TEXTS
from admin_app.web.lists.page import render


class CentresView(DeskView):
    """Service centres, for everybody."""

    route_base = "/centres"

    @expose("/", methods=["GET"])
    @requires("centres.read")
    def index(self) -> Any:
        """The centres: by code, or by distance from coordinates or a district."""
        return render(CENTRES)

    @expose("/<code>", methods=["GET"])
    @requires("centres.read")
    def show(self, code: str) -> Any:
        """One centre with its week and its nearest neighbours."""
        centre = queries.by_code(code[:20])
        if centre is None:
            raise NotFound(TEXTS[404][1])
        here = (centre.latitude, centre.longitude) if centre.latitude is not None and centre.longitude is not None else None
        near = [pair for pair in queries.nearest(here, limit=6) if pair[0].id != centre.id] if here else []
        week = [(day, rules.format_hours(spans)) for day, spans in zip(rules.WEEKDAYS, centre.hours, strict=False)]
        week = week if any(centre.hours) else []
        return self.render_template("centres/show.html", centre=centre, week=week, here=here, near=near[:5], opening=opening_now())
