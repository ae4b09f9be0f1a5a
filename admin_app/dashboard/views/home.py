"""Doors: the home page, one for each role."""

from typing import Any

from admin_app.web.desk_view import DeskView, expose, requires, signed_in


class HomeView(DeskView):
    """What a person sees first."""

    route_base = ""

    @expose("/", methods=["GET"])
    @requires("home")
    def index(self) -> Any:
        """The home page of the person's role."""
        return self.render_template("dashboard/home.html", person=signed_in())
