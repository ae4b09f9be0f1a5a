"""When something was done last."""

from datetime import datetime

from sqlalchemy import select

from admin_app.audit.models import AuditEntry
from admin_app.foundation.database import db


def last_time(action: str) -> datetime | None:
    """When the log last says that `action` was done; None if never."""
    newest = select(AuditEntry.at).where(AuditEntry.action == action).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(1)
    return db.session.scalar(newest)
