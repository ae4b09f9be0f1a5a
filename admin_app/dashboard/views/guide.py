"""Doors: the way from an empty office to its first case."""

from typing import Any

from admin_app.centres import queries as centres
from admin_app.dashboard.queries import guide, home
from admin_app.foundation import health
from admin_app.staff.permissions import Role
from admin_app.web.desk_view import DeskView, expose, requires, signed_in_member


class GuideView(DeskView):
    """What a new office still needs; each step says by itself when it is done."""

    route_base = "/guide"

    @expose("/", methods=["GET"])
    @requires("staff.edit")
    def index(self) -> Any:
        """The three steps, and what is worth doing before residents come."""
        return self.render_template(
            "dashboard/guide.html",
            guide=guide.guide(),
            administrators=home.staff_by_role().get(Role.ADMINISTRATOR, 0),
            has_second_factor=signed_in_member().second_factor_since is not None,
            last_backup_at=health.last_backup_at(),
            years_to_enter=centres.years_to_enter(),
        )
