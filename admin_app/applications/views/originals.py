"""Doors: the original of a copy was seen; taking that back with a reason. Both come from the counter and from the reviewer's desk."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from admin_app.applications import queries, rules
from admin_app.applications.forms.intake import TakeBackOriginalForm
from admin_app.applications.models import Document
from admin_app.applications.operations import originals
from admin_app.applications.queries import intake as reads
from admin_app.applications.views.case import back_to
from admin_app.audit.operations import reading
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.web import arguments, form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in

BACK = frozenset({"counter", "desk"})
"""Where somebody came from and goes back to."""


class OriginalView(DeskView):
    """Originals of copies."""

    route_base = "/documents"
    default_view = "ask"

    @expose("/<public_id>/original", methods=["POST"])
    @requires("applications.complete")
    def see(self, public_id: str) -> Any:
        """The copy agrees with the original, which was seen just now."""
        back, document = arguments.form.choice("back", BACK, "counter"), reads.document(signed_in(), public_id)
        with transaction():
            originals.see_original(document, by=signed_in())
        return _back(document, back)

    @expose("/<public_id>/original/take-back", methods=["GET"])
    @requires("applications.complete")
    def ask(self, public_id: str) -> Any:
        """The page that asks why it is taken back."""
        back, view = arguments.address.choice("back", BACK, "counter"), arguments.address.single("view")
        return self._page(reads.document(signed_in(), public_id), TakeBackOriginalForm(formdata=None), back, view)

    @expose("/<public_id>/original/take-back", methods=["POST"])
    @requires("applications.complete")
    def take_back(self, public_id: str) -> Any:
        """Take it back; the form keeps what was typed if it may not be."""
        form, back, view = TakeBackOriginalForm(), arguments.form.choice("back", BACK, "counter"), arguments.form.single("view")
        document = reads.document(signed_in(), public_id)
        try:
            with transaction():
                originals.unsee_original(document, reason=form.reason.data or "", by=signed_in())
        except DomainError as refused:
            if refused.status == 409:
                raise
            return self._page(reads.document(signed_in(), public_id), form, back, view, form_errors.put(form, refused))
        flash(_("It is noted that the original was not seen."), "success")
        return _back(document, back)

    def _page(self, document: Document, form: TakeBackOriginalForm, back: str, view: str, status: int = 200) -> Any:
        reading.opened("application", document.application.reference, document.application.resident)
        case = document.application
        context = {"document": document, "label": _label(document), "case": case, "form": form, "back": back, "view_text": view}
        return self.render_template("intake/original.html", **context), status


def _label(document: Document) -> Any:
    known = (line.label_of(document) for line in queries.checklist(document.application) if document in line.documents)
    return next(known, rules.MATERIAL_LABELS[rules.Material(document.material)])


def _back(document: Document, back: str) -> Any:
    reference = document.application.reference
    if back == "desk":
        return back_to(reference, document=document.public_id)
    return redirect(url_for("DraftView.show", reference=reference, _anchor=f"document-{document.public_id}"))
