"""Reads of applications; visible_to() says which ones a person may know of."""

from admin_app.applications.queries.missing import checklist, is_true_of, materials_of, what_is_missing
from admin_app.applications.queries.reasons import reason_codes, reasons_by_kind
from admin_app.applications.queries.unsaved import unsaved_of
from admin_app.applications.queries.visibility import by_public_id, by_reference, listed_for, sees, sees_all, visible_to

__all__ = [
    "by_public_id",
    "by_reference",
    "checklist",
    "is_true_of",
    "listed_for",
    "materials_of",
    "reason_codes",
    "reasons_by_kind",
    "sees",
    "sees_all",
    "unsaved_of",
    "visible_to",
    "what_is_missing",
]
