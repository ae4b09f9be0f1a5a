"""Of which kind a paper of a case is: said or put right after it was added."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_app.applications.models import Document
from admin_app.applications.operations import documents
from admin_app.applications.operations.moves import record, touch
from admin_app.applications.rules import Material, Verdict
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict
from admin_app.staff.permissions import is_allowed, verb


@verb("documents.change_kind")
def change_kind(document: Document, material: str, *, by: Actor) -> None:
    """Put a paper under another material, or say which of two it is; a refused one waits for a verdict again.

    Photos stay where they are: they are measured when they are added. Whoever may decide cases changes only what they added
    themselves, because by that they have a hand in the case already (ADR 0032). Raises UnknownMaterial, Conflict.
    """
    application = document.application
    documents.lock(application)
    db.session.refresh(document)
    documents.refuse_unless_editable(application, by)
    if material not in set(Material):
        raise documents.UnknownMaterial(_l("There is no such material."))
    if document.material == material and document.is_kind_chosen:
        return
    _refuse_kind(document, material, by)
    before = document.material if document.is_kind_chosen else None
    document.material, document.is_kind_chosen = str(Material(material)), True
    if document.verdict == Verdict.REFUSED:
        document.verdict, document.verdict_reason, document.verdict_note = str(Verdict.PENDING), None, ""
        document.verdict_by_id, document.verdict_at = None, None
    touch(application)
    record(application, "documents.kind_changed", by=by, changes={"document": document.public_id, "kind": [before, document.material]})


def _refuse_kind(document: Document, material: str, by: Actor) -> None:
    if document.removed_at is not None:
        raise Conflict(_l("This document was removed in the meantime. Nothing was changed."))
    if document.verdict == Verdict.ACCEPTED:
        raise Conflict(_l("This document was accepted by a reviewer and stays with the case."))
    if Material.PHOTO in (material, document.material):
        raise Conflict(_l("A photo is measured when it is added: take the file out and add it at its own place. Nothing was changed."))
    if is_allowed(by, "applications.approve") and not by.is_staff_member(document.added_by_id):
        raise Conflict(_l("A colleague added this paper. Whoever may decide cases changes the kind of their own papers only."))
    twins = (Document.application_id == document.application_id, Document.material == material, Document.id != document.id)
    same = select(Document.id).where(*twins, Document.file_id == document.file_id, Document.removed_at.is_(None))
    if db.session.scalar(same.limit(1)) is not None:
        raise Conflict(_l("The same file stands there already. Take this one out instead; nothing was changed."))
