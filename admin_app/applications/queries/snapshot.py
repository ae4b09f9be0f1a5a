"""What a form showed of a case, to say later what has changed since."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications import rules
from admin_app.applications.models import Application, Document
from admin_app.foundation.typed_text import numbers
from admin_app.loss_reports import rules as loss_rules

FIELDS: dict[str, Any] = {
    "status": _l("Status"),
    "owner": _l("With"),
    "due_on": _l("Due"),
    "reason": _l("Reason"),
    "applicant": _l("Applicant"),
    "loss_report": _l("Loss report"),
    "delivery": _l("Delivery"),
    "recipient": _l("Recipient"),
    "postcode": _l("Postcode"),
    "address": _l("Address"),
}
LABELS: dict[str, Mapping[Any, Any]] = {
    "status": rules.STATUS_LABELS,
    "reason": rules.REASON_LABELS,
    "applicant": rules.APPLICANT_LABELS,
    "delivery": rules.DELIVERY_LABELS,
    "loss_report": loss_rules.STATUS_LABELS,
}
VERDICT_LABELS = {
    rules.Verdict.PENDING: _l("waits for a verdict"),
    rules.Verdict.ACCEPTED: _l("accepted"),
    rules.Verdict.REFUSED: _l("refused"),
}
PROMISED = frozenset({"due_on"})
"""Fields that are promised days."""
REMOVED, UNSAID = "removed", "unsaid"


@dataclass(frozen=True)
class Difference:
    """One thing that is not any more what the person saw; both sides in words, '' for nothing."""

    label: Any
    before: Any
    now: Any
    is_promise: bool = False
    """Whether both sides are days that were promised (None for none)."""


def snapshot(application: Application) -> dict[str, Any]:
    """What the page shows of the case, as JSON values."""
    return {
        "status": application.status,
        "owner": application.owner.display_name if application.owner else "",
        "due_on": application.due_on.isoformat(),
        "reason": application.reason,
        "applicant": application.applicant,
        "loss_report": application.loss_report.status if application.loss_report else "",
        "delivery": application.delivery,
        "recipient": application.recipient,
        "postcode": application.postcode,
        "address": application.address,
        "documents": {document.public_id: _shown(document) for document in application.documents},
    }


def _shown(document: Document) -> list[Any]:
    return [document.material if document.is_kind_chosen else UNSAID, _state(document), document.original_seen_at is not None]


def _state(document: Document) -> str:
    return REMOVED if document.removed_at else document.verdict


def differences(seen: Mapping[str, Any], application: Application) -> list[Difference]:
    """What differs between `seen` (a snapshot) and the case now: fields first, then documents."""
    now = snapshot(application)
    fields = [
        Difference(label, _word(field, seen.get(field)), _word(field, now[field]), is_promise=field in PROMISED)
        for field, label in FIELDS.items()
        if (seen.get(field) or "") != (now[field] or "")
    ]
    before, after = seen.get("documents") or {}, now["documents"]
    changed = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
    return fields + [_document_difference(before.get(name), after.get(name)) for name in changed]


def _word(field: str, value: Any) -> Any:
    if field in PROMISED:
        return numbers.day(value) if value else None
    return LABELS[field].get(value, value) if field in LABELS and value else value or ""


def _document_difference(before: Any, now: Any) -> Difference:
    material = (now or before)[0]
    label = _l("Paper of which nobody has said yet what it is") if material == UNSAID else rules.MATERIAL_LABELS.get(material, material)
    return Difference(label, _state_word(before), _state_word(now))


def _state_word(document: Any) -> Any:
    if document is None:
        return _l("no document")
    state = _l("removed") if document[1] == REMOVED else VERDICT_LABELS.get(document[1], document[1])
    return _l("%(state)s, original seen", state=state) if document[2:] == [True] else state
