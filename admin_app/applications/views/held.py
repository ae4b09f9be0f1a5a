"""A file of a case about which the counter decides before it is kept: two drawings of a page that differ, or files inside a PDF."""

from functools import partial
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from admin_app.applications import queries
from admin_app.applications.operations import documents
from admin_app.applications.views import taking_files
from admin_app.audit.operations import reading
from admin_app.foundation.storage.operations import Prepared
from admin_app.web import held_upload_door, held_uploads
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.held_upload_door import Door


class HeldUploadView(DeskView):
    """Uploads of a case that wait for the decision of whoever handed them in."""

    route_base = "/intake"

    @expose("/<reference>/held/<token>", methods=["GET"])
    @requires("applications.complete")
    def held(self, reference: str, token: str) -> Any:
        """Both pictures of each page that differs, and what lies inside."""
        return held_upload_door.shown(self, reference, token, partial(_door, reference))

    @expose("/<reference>/held/<token>", methods=["POST"])
    @requires("applications.complete")
    def decide(self, reference: str, token: str) -> Any:
        """Keep the file as it was chosen, or let it go."""
        return held_upload_door.decided(self, reference, token, partial(_door, reference))

    @expose("/<reference>/held/<token>/pages/<int:number>", methods=["GET"])
    @requires("applications.complete")
    def held_picture(self, reference: str, token: str, number: int) -> Any:
        """One of the pictures."""
        return held_upload_door.picture(reference, token, number, partial(_door, reference))


def onward(reference: str) -> str:
    """The page of the next upload of the case that waits, or the case."""
    waiting = held_uploads.waiting(reference, by=signed_in())
    if waiting:
        return url_for("HeldUploadView.held", reference=reference, token=waiting[0][0])
    return url_for("DraftView.show", reference=reference)


def _door(reference: str) -> Door:
    case, me = queries.by_reference(signed_in(), reference), signed_in()
    documents.refuse_unless_editable(case, me)
    reading.opened("application", reference, case.resident)

    def keep(place: str, ready: Prepared) -> None:
        taking_files.add(case, taking_files.place_of(place), ready, by=me)

    return Door(
        _l("A paper of the case"), f"{reference} · {case.resident.name}", "HeldUploadView.held", {"reference": reference},
        url_for("DraftView.show", reference=reference), keep, _l("The file is kept as you chose."), lambda: onward(reference),
    )  # fmt: skip
