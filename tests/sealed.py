"""Texts that are encrypted in their columns, for tests that look for what was typed."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from admin_app.applications.models import UnsavedForm
from admin_app.audit.models import AuditEntry
from admin_app.foundation.database import Base, db
from admin_app.foundation.sealed_text import SealedText
from admin_app.unsent_forms.models import UnsentForm


def sealed_texts() -> dict[Any, tuple[str, ...]]:
    """Mapped class -> its texts that are encrypted in their columns."""
    texts = {
        mapper.class_: tuple(name for name, one in vars(mapper.class_).items() if isinstance(one, SealedText))
        for mapper in Base.registry.mappers
    }
    return {model: names for model, names in texts.items() if names} | {UnsavedForm: ("content",), UnsentForm: ("content",)}


def opened(table: sa.Table) -> Iterator[tuple[str, Any]]:
    """Name and value of every encrypted text in the table, and of the reasons in the log, which are sealed for each person."""
    if table is AuditEntry.__table__:
        yield from (("reason", entry.reason) for entry in db.session.scalars(sa.select(AuditEntry)))
    for model, names in sealed_texts().items():
        if model.__table__ is table:
            for row in db.session.scalars(sa.select(model)):
                yield from ((name, getattr(row, name)) for name in names)
