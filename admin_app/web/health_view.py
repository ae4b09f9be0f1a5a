"""Is the desk well? One line for machines, one page for administrators."""

from typing import Any

from admin_app.foundation import health, settings
from admin_app.web.desk_view import DeskView, expose, public, requires


class HealthView(DeskView):
    """State of the system."""

    route_base = ""

    @expose("/health", methods=["GET"])
    @public
    def health(self) -> Any:
        """200 {"status": "ok"} if database and storage answer, else 503; for load balancers."""
        checks = {"database": health.database_answers(), "storage": health.storage_answers()}
        is_well = all(checks.values())
        facts = {name: "ok" if answers else "failed" for name, answers in checks.items()}
        return {"status": "ok" if is_well else "failed", **facts}, 200 if is_well else 503

    @expose("/system", methods=["GET"])
    @requires("system.read")
    def index(self) -> Any:
        """Versions, database, queue, failed jobs, disk."""
        return self.render_template("desk/system.html", health=health, settings=settings.current())
