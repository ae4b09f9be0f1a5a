"""Door: how long everything stays, what is due, and when that was last seen to."""

from typing import Any, NamedTuple

from admin_app.audit import queries as audit_queries
from admin_app.retention import operations, queries
from admin_app.retention.rules import LINES, WHAT_LABELS, Line
from admin_app.web.desk_view import DeskView, expose, requires


class Shown(NamedTuple):
    """A line as the page says it."""

    line: Line
    what: Any
    how_long: str
    due: int | None
    """How many are due, up to the cap; None where the daily run has no part in it."""


class RetentionView(DeskView):
    """How long what stays."""

    route_base = "/retention"

    @expose("/", methods=["GET"])
    @requires("retention.read")
    def index(self) -> Any:
        """Every kind of record, how many of it are due, and the last run."""
        due, last = queries.due_counts(), audit_queries.last_check(operations.ACTION)
        shown = [Shown(line, WHAT_LABELS[line.what], queries.how_long(line), due.get(line.code)) for line in LINES]
        deleted = [(line.label, last.changes["deleted"].get(line.code, 0)) for line in LINES if line.code in due] if last else []
        return self.render_template("retention/index.html", lines=shown, last=last, deleted=deleted)
