"""Door: from a batch to the letters that go into its envelopes."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from admin_app.mailing.queries import batches as queries
from admin_app.mailing.queries import letters
from admin_app.notices.operations import MOST_AT_ONCE
from admin_app.web.desk_view import DeskView, expose, requires, signed_in


class BatchLettersView(DeskView):
    """The letters of one batch."""

    route_base = "/mailing/batches"
    default_view = "show"

    @expose("/<public_id>/letters", methods=["GET"])
    @requires("notices.print")
    def show(self, public_id: str) -> Any:
        """To the page that prints letters, with those that wait for the cases of the batch, in the order of its labels."""
        batch = queries.by_public_id(signed_in(), public_id)
        found = letters.waiting_for(signed_in(), batch, limit=MOST_AT_ONCE)
        if found:
            return redirect(url_for("NoticeView.letters", notice=found))
        flash(_("No letter waits for the cases of this batch."), "info")
        return redirect(url_for("BatchView.show", public_id=public_id))
