"""Doors: more cards than one batch holds, opened by a job that can be stopped; the printing of a batch stopped, and of all open ones."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.i18n import titled
from admin_app.mailing.operations import labels, runs
from admin_app.mailing.queries import batches as queries
from admin_app.mailing.queries import runs as opening
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in

AT_ONCE = 25
"""Open batches whose labels are ordered with one button: as many as the page of ready cards knows of."""
SEEN = "seen"
"""With the public id of a batch behind it: the version of the batch that was on the page."""


class RunView(DeskView):
    """Many batches in one go."""

    route_base = "/mailing/all"
    default_view = "show"

    @expose("/", methods=["GET"])
    @requires("mailing.work")
    def show(self) -> Any:
        """How far the opening of batches is."""
        return self.render_template("mailing/opening.html", opening=opening.working())

    @expose("/stop", methods=["POST"])
    @requires("mailing.work")
    def stop(self) -> Any:
        """Open no more batches; those that are open stay."""
        with transaction():
            was_working = runs.stop_opening(by=signed_in())
        flash(
            _("No more batches are opened. Those that are open stay as they are.") if was_working else _("No batches were being opened."),
            "success" if was_working else "info",
        )
        return redirect(url_for("MailingView.batches"))

    @expose("/labels", methods=["POST"])
    @requires("mailing.work")
    def print_open(self) -> Any:
        """Order the labels of every open batch of the page that nothing stands in the way of; each gets a file of its own.

        Sent twice, it does not order again what has failed meanwhile: whoever saw the failure does.
        """
        ordered, seen = 0, _seen()
        for batch in queries.page(signed_in(), "open", size=AT_ONCE).rows:
            public_id, reference = batch.public_id, batch.reference
            if public_id not in seen:
                continue
            try:
                with transaction():
                    labels.print_labels(queries.by_public_id(signed_in(), public_id), version=seen[public_id], by=signed_in())
            except DomainError as refused:
                flash(titled(reference, refused.message), "warning")
            else:
                ordered += 1
        flash(ngettext("The labels of %(num)s batch are being made.", "The labels of %(num)s batches are being made.", ordered), "success")
        return redirect(url_for("MailingView.batches"))

    @expose("/<public_id>/stop", methods=["POST"])
    @requires("mailing.work")
    def stop_printing(self, public_id: str) -> Any:
        """Make the labels of this batch no further; it is open again."""
        with transaction():
            was_working = runs.stop_printing(queries.by_public_id(signed_in(), public_id), by=signed_in())
        if was_working:
            flash(_("The making of the labels was stopped. Nothing was printed."), "success")
        return redirect(url_for("BatchView.show", public_id=public_id))


def _seen() -> dict[str, int]:
    """Public id -> version of the batches that were on the page."""
    sent = arguments.form.by_row(SEEN, most=AT_ONCE)
    if not all(value.isascii() and value.isdigit() and len(value) < 10 for value in sent.values()):
        arguments.form.refuse()
    return {public_id: int(value) for public_id, value in sent.items()}
