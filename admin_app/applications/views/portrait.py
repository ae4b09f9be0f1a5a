"""The photo desk: what a photo must be, a portrait cut out of a larger picture, one face seen by eye."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from admin_app.applications import rules
from admin_app.applications.forms.portrait import CutForm
from admin_app.applications.models import Document
from admin_app.applications.operations import documents, portraits
from admin_app.applications.queries import intake as reads
from admin_app.applications.queries import portraits as photos
from admin_app.applications.queries import profiles
from admin_app.audit.operations import reading
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError, NotFound
from admin_app.foundation.storage import portraits as storage
from admin_app.web import form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in


class PortraitView(DeskView):
    """Photos of a case at the counter."""

    route_base = "/intake"

    @expose("/<reference>/photos/<public_id>", methods=["GET"])
    @requires("applications.complete")
    def show(self, reference: str, public_id: str) -> Any:
        """The photo with four lines to drag and their numbers, and what it must become."""
        photo = _photo(reference, public_id)
        return self._page(photo, CutForm(formdata=None, obj=photos.usual_frame(photo.file)))

    @expose("/<reference>/photos/<public_id>/cut", methods=["POST"])
    @requires("applications.complete")
    def cut(self, reference: str, public_id: str) -> Any:
        """Cut the portrait out; the photo stays stored."""
        photo, form = _photo(reference, public_id), CutForm()
        if not form.validate_on_submit():
            return self._page(photo, form, 422)
        try:
            part = photos.cut_of(photo.file, form.frame(), profiles.for_case(photo.application).rules)
            ready = storage.cut(photo.file, part, who=str(signed_in().staff_id))
            with transaction():
                portraits.cut(photo, ready, by=signed_in())
        except DomainError as refused:
            return self._page(photo, form, form_errors.put(form, refused))
        flash(_("The portrait is cut out. The photo that it came from is kept and can be brought back."), "success")
        return _back(reference)

    @expose("/<reference>/photos/<public_id>/face", methods=["POST"])
    @requires("applications.complete")
    def face(self, reference: str, public_id: str) -> Any:
        """Write down that one face was seen."""
        photo = _photo(reference, public_id)
        with transaction():
            portraits.see_face(photo, by=signed_in())
        return _back(reference)

    def _page(self, photo: Document, form: CutForm, status: int = 200) -> Any:
        case = photo.application
        reading.opened("document", photo.public_id, case.resident)
        context = {"case": case, "photo": photo, "form": form, "profile": profiles.for_case(case), "failures": photos.failures(photo)}
        return self.render_template("intake/portrait.html", **context), status


def _photo(reference: str, public_id: str) -> Document:
    """A photo of this case, as a picture, that the counter may still change."""
    document = reads.document(signed_in(), public_id)
    is_photo = document.material == rules.Material.PHOTO and document.removed_at is None and not document.file.is_pdf
    if document.application.reference != reference or not is_photo:
        raise NotFound(_("There is no such document in this case."))
    documents.refuse_unless_editable(document.application, signed_in())
    return document


def _back(reference: str) -> Any:
    return redirect(url_for("DraftView.show", reference=reference, _anchor=f"material-{rules.Material.PHOTO}"))
