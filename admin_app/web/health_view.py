"""Is the desk well? One line for machines, one page for administrators."""

from typing import Any

from flask import jsonify
from flask_babel import lazy_gettext as _l

from admin_app.foundation import health, settings
from admin_app.web.desk_view import DeskView, expose, public, requires
from admin_app.web.lists.description import Column, Empty, ListPage
from admin_app.web.lists.page import render

AGAIN_SECONDS = 10
"""After which whoever asks how the desk is may ask again when it is not well."""
NEWEST = _l("newest first")
FAILED_JOBS = ListPage(
    name="failed-jobs",
    endpoint="HealthView.index",
    permission="system.read",
    title=_l("System"),
    subtitle=_l("Is everything running, and is there enough space?"),
    template="desk/system.html",
    rows=lambda _context: health.failed_jobs(),
    row_id="public_id",
    links_rows=False,
    columns=[
        Column(name="job", label=_l("Job"), value="name", style="nowrap", is_fixed=True, unsorted=NEWEST),
        Column(name="started", label=_l("Started"), value="started_at", style="nowrap", unsorted=NEWEST),
        Column(name="ended", label=_l("Ended"), value="finished_at", style="nowrap", unsorted=NEWEST),
        Column(name="attempts", label=_l("Attempts"), value="attempts", style="number", unsorted=NEWEST),
        Column(name="error", label=_l("What happened"), value="error", style="wrap", unsorted=NEWEST),
    ],
    empty=Empty(title=_l("No job has failed."), text=_l("Jobs that gave up appear here, the newest first."), icon="circle-check"),
)


class AliveView(DeskView):
    """What every process answers, whichever doors it has."""

    route_base = ""

    @expose("/health", methods=["GET"])
    @public
    def health(self) -> Any:
        """200 {"status": "ok"} if the database could be written to and the storage answers, else 503; for load balancers.

        `database` says in a word what the matter is: locked, full, read_only, unreachable, or failed.
        """
        checks = {"database": health.database_state(), "storage": "ok" if health.storage_answers() else "failed"}
        is_well = set(checks.values()) == {"ok"}
        answer = jsonify({"status": "ok" if is_well else "failed", **checks})
        if not is_well:
            answer.status_code, answer.headers["Retry-After"] = 503, str(AGAIN_SECONDS)
        return answer


class HealthView(DeskView):
    """State of the system."""

    route_base = ""

    @expose("/system", methods=["GET"])
    @requires("system.read")
    def index(self) -> Any:
        """Versions, database, queue, failed jobs, disk."""
        return render(FAILED_JOBS, health=health, settings=settings.current())
