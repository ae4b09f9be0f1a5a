"""The one door that serves files of cases: checked, as pictures to look at or as files to save."""

from typing import Any

from admin_app.applications.models import Document
from admin_app.applications.queries import intake as reads
from admin_app.audit.operations import reading
from admin_app.foundation.storage import operations as storage
from admin_app.web import files
from admin_app.web.desk_view import DeskView, expose, requires, signed_in

THUMB_WIDTH = 240


class DocumentView(DeskView):
    """Documents. Whoever may not see the case, or may not read documents, gets 404."""

    route_base = "/documents"

    @expose("/<public_id>", methods=["GET"])
    @requires("documents.read")
    def download(self, public_id: str) -> Any:
        """The cleaned file: a picture to look at, a PDF only to save."""
        stored = _opened(public_id).file
        data = storage.read(stored)
        if stored.is_pdf:
            return files.attachment(data, name=stored.original_name, media_type=stored.media_type)
        return files.picture(data, name=stored.original_name, media_type=stored.media_type)

    @expose("/<public_id>/pages/<int:number>", methods=["GET"])
    @requires("documents.read")
    def page(self, public_id: str, number: int) -> Any:
        """One page as a picture; pictures have one page."""
        document = _opened(public_id)
        return files.picture(storage.page_image(document.file, number), name=f"{document.material}-{number}.jpg")

    @expose("/<public_id>/thumb", methods=["GET"])
    @requires("documents.read")
    def thumb(self, public_id: str) -> Any:
        """The first page, small."""
        document = _opened(public_id)
        return files.picture(storage.page_image(document.file, 1, THUMB_WIDTH), name=f"{document.material}.jpg")


def _opened(public_id: str) -> Document:
    """The document, and that it was looked at."""
    document = reads.document(signed_in(), public_id)
    reading.opened("document", public_id, document.application.resident)
    return document
