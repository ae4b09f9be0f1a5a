"""Doors: labels that did not print, as one action for a row of cells of a sheet."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import ngettext

from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.mailing import rules
from admin_app.mailing.forms import JammedForm
from admin_app.mailing.models import MailingBatch
from admin_app.mailing.operations import labels, moves
from admin_app.mailing.queries import batches as queries
from admin_app.mailing.queries import cells, printed, used_sheets
from admin_app.web import arguments, form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in


class JammedView(DeskView):
    """The answer to «did all labels print?»."""

    route_base = "/mailing/batches"
    default_view = "ask"

    @expose("/<public_id>/jammed", methods=["GET"])
    @requires("mailing.work")
    def ask(self, public_id: str) -> Any:
        """Which cells of which sheet did not print, and where they are printed again."""
        batch = queries.by_public_id(signed_in(), public_id)
        if batch.status != rules.BatchStatus.LABELLED:
            raise moves.BATCHES.refused(batch)
        begun = used_sheets.of_stock(batch.stock, cells.half_used())
        onto = {"onto": begun[0].sheet.number, "start_cell": begun[0].free[0]} if begun else {}
        return self._page(batch, JammedForm(formdata=None, last=batch.stock.cells, **onto).offer(begun))

    @expose("/<public_id>/jammed", methods=["POST"])
    @requires("mailing.work")
    def reprint(self, public_id: str) -> Any:
        """Void them and have new ones made, all in one file."""
        batch = queries.by_public_id(signed_in(), public_id)
        form = JammedForm().offer(used_sheets.of_stock(batch.stock, cells.half_used()))
        if not form.validate():
            return self._page(batch, form, 422)
        which = {"sheet": form.sheet.data, "first": form.first.data, "last": form.last.data, "start_cell": form.start_cell.data}
        version = arguments.form.version()
        try:
            with transaction():
                batch = queries.by_public_id(signed_in(), public_id)
                onto = cells.by_number(form.onto.data) if form.onto.data else None
                made = labels.reprint_cells(batch, **which, onto=onto, reason=form.reason.data or "", version=version, by=signed_in())  # type: ignore[arg-type]
                count = len(made)
        except DomainError as refused:
            batch = queries.by_public_id(signed_in(), public_id)
            if batch.status != rules.BatchStatus.LABELLED:
                raise
            return self._page(batch, form, form_errors.put(form, refused))
        flash(
            ngettext("%(num)s label is void; the new one is being made.", "%(num)s labels are void; the new ones are being made.", count),
            "success",
        )
        return redirect(url_for("BatchView.show", public_id=public_id))

    def _page(self, batch: MailingBatch, form: JammedForm, status: int = 200) -> Any:
        sheets = {one.place.sheet: one.sheet for one in printed.every(batch)}
        return self.render_template("mailing/jammed.html", batch=batch, form=form, sheets=sheets), status
