"""Coded reasons."""

from collections.abc import Sequence

from sqlalchemy import select

from admin_app.applications.models import ReasonCode
from admin_app.foundation.database import db

KINDS = ("reject", "request_information", "refuse_document")


def reason_codes(kind: str, codes: Sequence[str] | None = None) -> list[ReasonCode]:
    """The reasons of one kind that may be given, in the office's order; only those named in `codes`, if that is given."""
    query = select(ReasonCode).where(ReasonCode.kind == kind, ReasonCode.is_active.is_(True))
    if codes is not None:
        query = query.where(ReasonCode.code.in_([code[:40] for code in codes][:50]))
    return list(db.session.scalars(query.order_by(ReasonCode.sort, ReasonCode.id)))


def reasons_by_kind() -> dict[str, list[ReasonCode]]:
    """All reasons that may be given, by kind (one statement)."""
    query = select(ReasonCode).where(ReasonCode.is_active.is_(True)).order_by(ReasonCode.sort, ReasonCode.id)
    found: dict[str, list[ReasonCode]] = {kind: [] for kind in KINDS}
    for code in db.session.scalars(query):
        found[code.kind].append(code)
    return found
