"""Photos at the counter: what was seen by eye, and a portrait cut out of a larger picture."""

from flask_babel import lazy_gettext as _l

from admin_app.applications.models import Document
from admin_app.applications.operations import documents
from admin_app.applications.operations.moves import record, touch
from admin_app.applications.rules import Material
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict
from admin_app.foundation.storage import operations as storage
from admin_app.staff.permissions import verb


@verb("documents.see_face")
def see_face(document: Document, *, by: Actor) -> None:
    """Write down that somebody looked at the photo and saw one face, bareheaded, from the front; nothing counts faces for them."""
    application = document.application
    documents.lock(application)
    documents.refuse_unless_editable(application, by)
    refuse_unless_photo(document)
    if document.face_seen_by_id is not None:
        return
    document.face_seen_at, document.face_seen_by_id = clock.now(), by.staff_id
    touch(application)
    _record(document, "documents.face_seen", by=by)


@verb("documents.cut")
def cut(document: Document, ready: storage.Prepared, *, by: Actor) -> Document:
    """Put the portrait that was cut out of a photo beside it and take the photo out of the case; both stay stored, and it can come back."""
    refuse_unless_photo(document)
    made = documents.add(document.application, Material.PHOTO, ready, by=by)
    if made is not document:
        documents.remove(document, by=by)
        _record(made, "documents.cut", by=by, cut_from=document.public_id)
    return made


def refuse_unless_photo(document: Document) -> None:
    """Conflict unless the document is a photo of the case that can be seen as a picture."""
    if document.material != Material.PHOTO or document.removed_at is not None or document.file.is_pdf:
        raise Conflict(_l("This is no photo of the case any more. Nothing was changed."))


def _record(document: Document, action: str, *, by: Actor, **facts: str) -> None:
    db.session.flush()
    record(document.application, action, by=by, changes={"document": document.public_id} | facts)
