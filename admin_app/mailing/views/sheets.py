"""Doors: sheets of labels, what lies in their cells, and what of them is waste."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import ngettext

from admin_app.foundation import clock
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.mailing.forms import SpoilForm
from admin_app.mailing.models import LabelSheet
from admin_app.mailing.operations import paper as operations
from admin_app.mailing.queries import paper_lists
from admin_app.mailing.views.sheet_list import SHEETS, SPOILED, cell_word
from admin_app.web import form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.lists.page import render


class SheetView(DeskView):
    """The paper of the mailroom, sheet by sheet."""

    route_base = "/mailing/sheets"

    @expose("/", methods=["GET"])
    @requires("mailing.read")
    def index(self) -> Any:
        """One page of sheets, and how much was wasted in the last months."""
        today = clock.today()
        return render(SHEETS, waste=paper_lists.waste(signed_in(), today), months=paper_lists.months(today))

    @expose("/spoiled", methods=["GET"])
    @requires("mailing.read")
    def spoiled(self) -> Any:
        """One page of cells that became waste."""
        return render(SPOILED)

    @expose("/<public_id>", methods=["GET"])
    @requires("mailing.read")
    def show(self, public_id: str) -> Any:
        """One sheet as a picture, cell by cell."""
        sheet = paper_lists.by_public_id(signed_in(), public_id)
        lying = paper_lists.cells_of(sheet)
        free = [cell for cell in range(1, sheet.cells + 1) if cell not in lying]
        return self._page(sheet, SpoilForm(formdata=None, first=free[0] if free else 1, last=free[-1] if free else 1))

    def _page(self, sheet: LabelSheet, form: SpoilForm, status: int = 200) -> Any:
        lying = paper_lists.cells_of(sheet)
        drawn = [(cell, lying.get(cell), cell_word(lying.get(cell))) for cell in range(1, sheet.cells + 1)]
        codes = paper_lists.codes_of(signed_in(), sheet)
        return self.render_template("mailing/sheet.html", sheet=sheet, drawn=drawn, codes=codes, form=form), status

    @expose("/<public_id>/spoil", methods=["POST"])
    @requires("mailing.work")
    def spoil(self, public_id: str) -> Any:
        """Write free cells off."""
        form = SpoilForm()
        sheet = paper_lists.by_public_id(signed_in(), public_id)
        if not form.validate():
            return self._page(sheet, form, 422)
        which = {"first": form.first.data, "last": form.last.data, "why": form.why.data}
        try:
            with transaction():
                sheet = paper_lists.by_public_id(signed_in(), public_id)
                count = operations.spoil_cells(sheet, **which, by=signed_in())  # type: ignore[arg-type]
        except DomainError as refused:
            return self._page(paper_lists.by_public_id(signed_in(), public_id), form, form_errors.put(form, refused))
        flash(ngettext("%(num)s cell is written off.", "%(num)s cells are written off.", count), "success")
        return redirect(url_for("SheetView.show", public_id=public_id))
