"""Documents of a case: add, take away, bring back."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from admin_app.applications.models import Application, Document
from admin_app.applications.operations.moves import record, touch
from admin_app.applications.queries import profiles
from admin_app.applications.queries.missing import need_for
from admin_app.applications.rules import Material, Status, Verdict
from admin_app.foundation import clock, filing
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.storage import held
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.models import StoredFile
from admin_app.staff.permissions import is_allowed, verb

EDITABLE = frozenset({Status.DRAFT, Status.NEEDS_INFORMATION})
"""While a case is here, the counter may change it."""
MOST_DOCUMENTS = 40
"""Of one case, without the removed ones."""


class TooManyDocuments(DomainError):
    """The case has as many documents as one case may have."""


class UnknownMaterial(DomainError):
    """There is no such material."""

    status = 400


@verb("documents.add")
def add(
    application: Application,
    material: str,
    ready: storage.Prepared | StoredFile,
    *,
    by: Actor,
    is_printed: bool = False,
    is_kind_chosen: bool = True,
) -> Document:
    """Put a cleaned file (storage.prepare, before the transaction) under a material; raises the version of the case.

    `is_kind_chosen`: False where the case needs either this material or another, and nobody has said yet which of them the file is.

    The same file under the same name is the same document: sent twice, it is there once. Of what we printed ourselves (`is_printed`)
    the name is enough, because two prints never have the same bytes. Raises UnknownMaterial, TooManyDocuments, Conflict when the case
    can no longer be changed by the counter.
    """
    lock(application)
    refuse_unless_editable(application, by)
    known(material)
    twin = _twin(application, material, ready, is_printed=is_printed)
    if twin is not None:
        return twin
    if _count(application) >= MOST_DOCUMENTS:
        raise TooManyDocuments(_l("A case holds at most %(most)s documents. Remove some, or join pages into one PDF.", most=MOST_DOCUMENTS))
    stored = ready if isinstance(ready, StoredFile) else storage.accept(ready)
    need = need_for(application, material)
    document = Document(
        application_id=application.id,
        material=str(material),
        is_kind_chosen=is_kind_chosen or need is None or need.instead is None,
        file=stored,
        photo_rules_id=_measured_by(application, material, stored),
        added_at=clock.now(),
        verdict=str(Verdict.PENDING),
        **filing.columns("added_by_id", by),
    )
    db.session.add(document)
    touch(application)
    said = held.said_of(ready)
    _record(document, application, "documents.added", by=by, sha256=stored.sha256, **said)
    return document


def _measured_by(application: Application, material: str, stored: StoredFile) -> int | None:
    """The rules by which a photo is measured that is added now; None for what has no figures."""
    return profiles.for_case(application).id if material == Material.PHOTO and stored.measured else None


def known(material: str) -> Material:
    """The material of that name; UnknownMaterial if there is none."""
    if material not in set(Material):
        raise UnknownMaterial(_l("There is no such material."))
    return Material(material)


@verb("documents.add_shared")
def add_shared(application: Application, material: str, stored: StoredFile, *, by: Actor) -> Document:
    """Put a file that the office already holds under a material of this case."""
    return add(application, material, storage.share(stored), by=by)


@verb("documents.remove")
def remove(document: Document, *, by: Actor) -> None:
    """Take a document out of the case; it stays stored and can be brought back. An accepted one stays where it is."""
    application = document.application
    lock(application)
    refuse_unless_editable(application, by)
    if document.verdict == Verdict.ACCEPTED:
        raise Conflict(_l("This document was accepted by a reviewer and stays with the case."))
    if document.removed_at is not None:
        return
    document.removed_at = clock.now()
    touch(application)
    _record(document, application, "documents.removed", by=by)


@verb("documents.restore")
def restore(document: Document, *, by: Actor) -> None:
    """Bring a removed document back."""
    application = document.application
    lock(application)
    refuse_unless_editable(application, by)
    if document.removed_at is None:
        return
    document.removed_at = None
    touch(application)
    _record(document, application, "documents.restored", by=by)


def lock(application: Application) -> None:
    """Wait for whoever writes this case and see what they wrote: several files of one counter arrive at the same moment."""
    db.session.execute(select(Application.id).where(Application.id == application.id).with_for_update())
    db.session.refresh(application)


def refuse_unless_editable(application: Application, who: Actor) -> None:
    """Conflict unless this case may be changed: a draft (for those who take cases in), or waiting for the resident."""
    if application.status == Status.DRAFT and not is_allowed(who, "applications.submit"):
        raise Conflict(_l("A draft belongs to the counter that took it in. Nothing was changed."))
    if application.status not in EDITABLE:
        raise Conflict(_l("The case is with the reviewers or closed; the counter can no longer change it. Nothing was changed."))


def _twin(application: Application, material: str, ready: storage.Prepared | StoredFile, *, is_printed: bool) -> Document | None:
    name = ready.original_name if isinstance(ready, StoredFile) else ready.name
    same = (Document.application_id == application.id, Document.material == str(material), Document.removed_at.is_(None))
    bytes_too = () if is_printed else (StoredFile.sha256 == ready.sha256,)
    query = select(Document).join(Document.file).where(*same, StoredFile.original_name == name, *bytes_too)
    return db.session.scalars(query.order_by(Document.id)).first()


def _count(application: Application) -> int:
    kept = (Document.application_id == application.id, Document.removed_at.is_(None))
    return db.session.scalar(select(func.count(Document.id)).where(*kept)) or 0


def named(document: Document) -> dict[str, Any]:
    """What the log says of a document: its key and kind; `either` of two where nobody has said yet which of them it is."""
    need = None if document.is_kind_chosen else need_for(document.application, document.material)
    kind = {"material": document.material} if need is None else {"either": [str(one) for one in need.materials]}
    return {"document": document.public_id} | kind


def _record(document: Document, application: Application, action: str, *, by: Actor, **facts: Any) -> None:
    db.session.flush()
    record(application, action, by=by, changes=named(document) | facts)
