"""The door that changes the kind of a paper at the counter."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from admin_app.applications import rules
from admin_app.applications.operations import kinds
from admin_app.applications.queries import intake as reads
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import NotFound
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in


class PaperView(DeskView):
    """Papers of a case at the counter."""

    route_base = "/intake"

    @expose("/<reference>/documents/<public_id>/kind", methods=["POST"])
    @requires("applications.complete")
    def change_kind(self, reference: str, public_id: str) -> Any:
        """Put the paper under the material that was chosen."""
        material, document = arguments.form.single("material"), reads.document(signed_in(), public_id)
        if document.application.reference != reference:
            raise NotFound(_("There is no such document in this case."))
        with transaction():
            kinds.change_kind(document, material, by=signed_in())
            label = rules.MATERIAL_LABELS[rules.Material(document.material)]
        flash(_("The paper is filed as: %(kind)s.", kind=label), "success")
        return redirect(url_for("DraftView.show", reference=reference, _anchor=f"document-{public_id}"))
