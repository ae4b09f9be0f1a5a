"""Whether somebody of the office held a copy against its original: «the copy agrees with the original» 复印件与原件核对一致."""

from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications.models import Application, Document
from admin_app.applications.operations import claims, documents
from admin_app.applications.operations.moves import record, touch
from admin_app.applications.rules import HELD, OPEN, Status
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict
from admin_app.foundation.typed_text import texts
from admin_app.staff.permissions import is_allowed, verb

Seen = tuple[int | None, Any, int | None]


@verb("documents.see_original")
def see_original(document: Document, *, by: Actor) -> None:
    """Write down that `by` saw the original of this copy now, at the counter of their centre; noted once, it stays as it was noted.

    It is no paper of theirs: whoever saw an original may still decide the case (ADR 0058). Conflict once the case is closed.
    """
    _hold(document, by)
    if document.original_seen_at is not None:
        return
    _write(document, (by.staff_id, clock.now(), by.centre_id), by)
    facts = {"centre_id": by.centre_id} if by.centre_id is not None else {}
    record(document.application, "documents.original_seen", by=by, changes=documents.named(document) | facts)


@verb("documents.unsee_original")
def unsee_original(document: Document, *, reason: str, by: Actor) -> None:
    """Take it back, with a reason; who had noted it stays in the log. Conflict where nobody has, or once the case is closed."""
    reason = texts.reason(reason)
    _hold(document, by)
    if document.original_seen_at is None:
        raise Conflict(_l("Nobody has noted any more that the original was seen. Nothing was changed."))
    _write(document, (None, None, None), by)
    record(document.application, "documents.original_unseen", by=by, reason=reason, changes=documents.named(document))


def is_possible(application: Application, who: Actor) -> bool:
    """Whether `who` may note it of a paper of this case now: a draft (for those who take cases in), or a case that is open."""
    may_draft = application.status == Status.DRAFT and is_allowed(who, "applications.submit")
    return is_allowed(who, "documents.see_original") and (may_draft or application.status in OPEN)


def _hold(document: Document, by: Actor) -> None:
    documents.lock(document.application)
    db.session.refresh(document)
    if not is_possible(document.application, by):
        raise Conflict(_l("The case is closed, or with the counter that takes it in. Nothing was changed."))
    if document.removed_at is not None:
        raise Conflict(_l("This document was removed in the meantime. Nothing was changed."))


def _write(document: Document, seen: Seen, by: Actor) -> None:
    document.original_seen_by_id, document.original_seen_at, document.original_centre_id = seen
    application = document.application
    is_at_work = application.status in HELD and by.is_staff_member(application.owner_id)
    touch(application, **({"lease_until": claims.lease_end()} if is_at_work else {}))
