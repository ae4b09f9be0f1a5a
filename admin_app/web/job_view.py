"""How far a job is: a fragment that pages poll."""

from typing import Any

from sqlalchemy import select

from admin_app.foundation.database import db
from admin_app.foundation.errors import NotFound
from admin_app.foundation.jobs.models import Job
from admin_app.web.desk_view import DeskView, expose, requires
from admin_app.web.error_pages import TEXTS


class JobView(DeskView):
    """Progress of one job; it tells numbers only, never what the job is about."""

    route_base = "/jobs"

    @expose("/<public_id>", methods=["GET"])
    @requires("home")
    def progress(self, public_id: str) -> Any:
        """The progress bar, as a fragment."""
        job = db.session.scalar(select(Job).where(Job.public_id == public_id))
        if job is None:
            raise NotFound(TEXTS[404][1])
        return self.render_template("desk/job_fragment.html", job=job)
