"""Door: the proof of the log, for auditors."""

from datetime import datetime
from typing import Any

from flask import redirect, url_for

from admin_app.audit import operations, queries, rules
from admin_app.audit.operations import proof
from admin_app.foundation import settings
from admin_app.foundation.database import transaction
from admin_app.web.desk_view import DeskView, expose, requires, signed_in


class ProofView(DeskView):
    """Is the log as it was written? What seals and anchors say, what the last check found, and a button for the next."""

    route_base = "/audit/proof"

    @expose("/", methods=["GET"])
    @requires("audit.read")
    def index(self) -> Any:
        """How far the log is sealed and anchored, the last check, and one that is at work."""
        seal, last = queries.latest_seal(), queries.last_check(proof.ACTION)
        anchor = operations.newest_anchor()
        return self.render_template(
            "audit/proof.html",
            seal=seal,
            notes=queries.latest_seal_of_notes(),
            unsealed=queries.unsealed_count(seal.last_entry if seal else -1),
            anchored_at=datetime.fromisoformat(anchor.at) if anchor else None,
            last=last,
            findings=[rules.finding_text(**one) for one in last.changes["findings"]] if last else [],
            job=queries.job_called(queries.key_of_next_check(proof.ACTION, proof.JOB)),
            minutes=settings.current().anchor_minutes,
        )

    @expose("/", methods=["POST"])
    @requires("audit.read")
    def order(self) -> Any:
        """Have the whole log checked."""
        with transaction():
            operations.order_check(by=signed_in())
        return redirect(url_for("ProofView.index"))
