"""Coded reasons."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from admin_app.applications.models import ReasonCode
from admin_app.foundation.cache import cached
from admin_app.foundation.database import db

KINDS = ("reject", "request_information", "refuse_document")


def reason_codes(kind: str, codes: Sequence[str] | None = None) -> list[ReasonCode]:
    """The reasons of one kind that may be given, in the office's order; only those named in `codes`, if that is given."""
    query = select(ReasonCode).where(ReasonCode.kind == kind, ReasonCode.is_active.is_(True))
    if codes is not None:
        query = query.where(ReasonCode.code.in_([code[:40] for code in codes][:50]))
    return list(db.session.scalars(query.order_by(ReasonCode.sort, ReasonCode.id)))


def reason_called(code: str) -> Any:
    """The row (text_en, text_zh) of a reason, offered or not; None for a code that there never was."""
    return _all_reasons().get(code)


@cached
def _all_reasons() -> dict[str, Any]:
    return {row.code: row for row in db.session.execute(select(ReasonCode.code, ReasonCode.text_en, ReasonCode.text_zh))}


@cached
def reasons_by_kind() -> dict[str, list[Any]]:
    """All reasons that may be given, by kind: rows of kind, code, text_en and text_zh (one statement; kept for a moment)."""
    query = select(ReasonCode.kind, ReasonCode.code, ReasonCode.text_en, ReasonCode.text_zh).where(ReasonCode.is_active.is_(True))
    found: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for code in db.session.execute(query.order_by(ReasonCode.sort, ReasonCode.id)):
        found[code.kind].append(code)
    return found
