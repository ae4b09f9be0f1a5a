"""The documents of a case as the viewer of the reviewer's desk shows them."""

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from admin_app.applications import rules
from admin_app.applications.models import Document
from admin_app.applications.queries import portraits, profiles
from admin_app.applications.queries.missing import ChecklistLine
from admin_app.foundation.i18n import pick
from admin_app.web import held_uploads
from admin_app.web.template_filters import day, filer_name, moment


def page_urls(document: Document) -> list[str]:
    """The addresses of the document's pages as pictures."""
    return [url_for("DocumentView.page", public_id=document.public_id, number=one) for one in range(1, document.file.pages + 1)]


def viewer_document(document: Document, label: Any, number: int = 0) -> dict[str, Any]:
    """A document as ui.viewer() wants it; `number` tells several that are called alike apart."""
    stored, who = document.file, filer_name(document.added_by, document.filed_by_kind)
    size = f"{stored.width}×{stored.height}" if not stored.is_pdf else ""
    facts = [stored.kind.upper(), size, f"{who} {moment(document.added_at)}"]
    return {
        "id": document.public_id, "label": f"{label} {number}" if number else label, "pages": page_urls(document),
        "note": " · ".join(fact for fact in facts if fact), "warn": document.verdict == rules.Verdict.REFUSED,
        "done": document.verdict == rules.Verdict.ACCEPTED, "document": document, "remarks": remarks(document, who),
    }  # fmt: skip


def remarks(document: Document, who: str) -> list[Any]:
    """What stands beside a paper: what `who` chose when it was handed in, and the figures of a photo that are outside the profile."""
    failed = _measured(document) if document.material == rules.Material.PHOTO else []
    return [*held_uploads.remarks(document.file, who), *failed]


def _measured(document: Document) -> list[Any]:
    older = measured_by(document)
    return [*portraits.failures(document), *([older] if older else [])]


def measured_by(document: Document) -> Any:
    """That a photo was measured by rules that are not those of its case any more, and by which; None where they are."""
    older = profiles.older_of(document) if document.file.measured else None
    if older is None:
        return None
    return _l(
        "Measured by the rules of “%(profile)s” of %(day)s (version %(version)s); other rules hold by now.",
        profile=pick(older, "name"), day=day(older.since), version=older.version,
    )  # fmt: skip


def shown_document(checklist: tuple[ChecklistLine, ...], asked: str) -> Document | None:
    """The document that was asked for, else the first that waits for a verdict, else the first."""
    documents = [document for line in checklist for document in line.documents]
    wanted = next((document for document in documents if document.public_id == asked), None)
    pending = next((document for document in documents if document.verdict == rules.Verdict.PENDING), None)
    return wanted or pending or next(iter(documents), None)
