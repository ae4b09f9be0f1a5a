"""Lines of the audit log."""

from typing import Any

from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock
from admin_app.foundation.database import new_public_id
from tests.factories.saving import save


def new_entry(**changes: Any) -> AuditEntry:
    """A line that is not in the log (yet)."""
    kind = "staff" if changes.get("actor_id") else "system"
    values = {
        "at": clock.now(), "actor_kind": kind, "actor_id": None, "actor_name": "Wang Fang", "actor_role": "reviewer",
        "action": "applications.claimed",
        "subject_type": "application", "subject_ref": new_public_id(),
    }  # fmt: skip
    return AuditEntry(**(values | changes))


def make_entry(**changes: Any) -> AuditEntry:
    """Add a line to the log."""
    return save(new_entry(**changes))
