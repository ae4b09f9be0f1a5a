"""Doors: the lists behind the figures of the reports."""

from typing import Any

from admin_app.dashboard.lists import CASES, DECISIONS, REMADE, RETURNED
from admin_app.web.desk_view import DeskView, expose, requires
from admin_app.web.lists.page import render


class FigureView(DeskView):
    """Which cases, decisions, parcels and cards a figure counts; each reader sees those that they may see."""

    route_base = "/reports/lists"

    @expose("/cases", methods=["GET"])
    @requires("reports.read")
    def cases(self) -> Any:
        """Cases by the day they were received, decided or posted."""
        return render(CASES)

    @expose("/decisions", methods=["GET"])
    @requires("reports.read")
    def decisions(self) -> Any:
        """Rejections and requests for information, by day and reason."""
        return render(DECISIONS)

    @expose("/returns", methods=["GET"])
    @requires("reports.read")
    def returns(self) -> Any:
        """Parcels that came back, by day and reason."""
        return render(RETURNED)

    @expose("/remade", methods=["GET"])
    @requires("reports.read")
    def remade(self) -> Any:
        """Cards made once more, by day, by whom they are put down to, by maker."""
        return render(REMADE)
