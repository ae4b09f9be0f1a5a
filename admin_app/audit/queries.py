"""Reads of the log."""

from collections.abc import Sequence

from sqlalchemy import select

from admin_app.audit.models import AuditEntry
from admin_app.foundation.database import db


def of_subject(subject_type: str, subject_ref: str, *, limit: int = 20) -> Sequence[AuditEntry]:
    """The newest entries about one record, newest first."""
    query = select(AuditEntry).where(AuditEntry.subject_type == subject_type, AuditEntry.subject_ref == subject_ref)
    return db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)).all()
