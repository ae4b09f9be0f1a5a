"""A reviewer's verdict on one document."""

from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications import queries, rules
from admin_app.applications.models import Document, ReasonCode
from admin_app.applications.operations import claims, documents, moves
from admin_app.audit import operations as audit
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.typed_text import texts
from admin_app.staff.permissions import verb

NOTE_LENGTH = 300
PAST = {rules.Verdict.ACCEPTED: "accepted", rules.Verdict.REFUSED: "refused", rules.Verdict.PENDING: "reset"}


class ReasonRequired(DomainError):
    """A coded reason is missing or does not belong to this step."""


class OriginalNotSeen(DomainError):
    """The office's table says that this copy is accepted only once its original was seen."""


@verb("applications.give_verdict")
def give_verdict(
    document: Document, verdict: str, *, by: Actor, version: int | None = None, reason: str | None = None, note: str = ""
) -> None:
    """Accept or refuse a document, or take the verdict back ('pending'). Refusing needs a coded reason.

    The holder of the case only. Saying the same again changes nothing. Raises ClaimLost, StaleVersion, ReasonRequired, OriginalNotSeen,
    Conflict.
    """
    application, verdict = document.application, rules.Verdict(verdict)
    claims.require_hold(application, by=by)
    if document.removed_at is not None:
        raise Conflict(_l("This document was removed in the meantime. Nothing was changed."))
    code = _reason(reason) if verdict == rules.Verdict.REFUSED else None
    note = texts.line(note, most=NOTE_LENGTH, field="note") if code else ""
    if (document.verdict, document.verdict_reason_id, document.verdict_note) == (verdict, code.id if code else None, note):
        return
    if verdict == rules.Verdict.ACCEPTED:
        _refuse_without_original(document)
    before = document.verdict
    moves.touch(application, version, lease_until=claims.lease_end())
    document.verdict, document.verdict_reason, document.verdict_note = str(verdict), code, note
    document.verdict_by_id, document.verdict_at = (None, None) if verdict == rules.Verdict.PENDING else (by.staff_id, clock.now())
    audit.record(
        f"applications.document_{PAST[verdict]}", "document", document.public_id, by=by, case_ref=application.public_id,
        about=application.resident_id,
        changes=_kind(document) | {"verdict": [before, str(verdict)]} | ({"reason": code.code} if code else {}),
    )  # fmt: skip


def _kind(document: Document) -> dict[str, Any]:
    return {name: value for name, value in documents.named(document).items() if name != "document"}


def _refuse_without_original(document: Document) -> None:
    for line in queries.checklist(document.application):
        if line.need.original_stops == rules.OriginalStops.ACCEPT and document in line.without_original:
            raise OriginalNotSeen(
                _l("%(material)s: nobody has noted that the original was seen. Nothing was changed.", material=line.need.short)
            )


def _reason(code: str | None) -> ReasonCode:
    found = queries.reason_codes("refuse_document", [code] if code else [])
    if not found:
        raise ReasonRequired(_l("Please choose why the document is refused."))
    return found[0]
