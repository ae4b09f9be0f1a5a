"""Indexes that pages missed at a million applications: refused actions, overdue cases, one's own, who decided, reasons."""

from alembic import op
from sqlalchemy import text

revision = "0005_indexes_at_a_million"
down_revision = "0004_material_rules"

REFUSED = text("outcome = 'refused'")
DECIDED = "ix_application_decided_on_report"
DECIDED_COLUMNS = ["decided_on", "centre_id", "channel", "due_on", "decided_in_days"]
OWNER, OWNER_COLUMNS = "ix_application_owner_id_is_open_due_on_id", ["owner_id", "is_open", "due_on", "id"]
OWNED = text("owner_id IS NOT NULL")
OPEN = (["is_open", "due_on", "id"], ["reason", "is_open", "due_on", "id"], ["centre_id", "is_open", "due_on", "id"])


def upgrade() -> None:
    op.create_index("ix_audit_entry_refused", "audit_entry", ["at", "id"], sqlite_where=REFUSED, postgresql_where=REFUSED)
    for columns in OPEN:
        _replace(columns, [*columns, "paused_on"])
    op.drop_index(OWNER, "application")
    op.create_index(OWNER, "application", OWNER_COLUMNS, sqlite_where=OWNED, postgresql_where=OWNED)
    op.drop_index(DECIDED, "application")
    op.create_index(DECIDED, "application", [*DECIDED_COLUMNS, "decided_by_id"])
    op.create_index("ix_decision_reason_decision_id_reason_code_id", "decision_reason", ["decision_id", "reason_code_id"])
    op.drop_index("ix_decision_reason_decision_id", "decision_reason")


def downgrade() -> None:
    op.create_index("ix_decision_reason_decision_id", "decision_reason", ["decision_id"])
    op.drop_index("ix_decision_reason_decision_id_reason_code_id", "decision_reason")
    op.drop_index(DECIDED, "application")
    op.create_index(DECIDED, "application", DECIDED_COLUMNS)
    op.drop_index(OWNER, "application")
    op.create_index(OWNER, "application", OWNER_COLUMNS)
    for columns in OPEN:
        _replace([*columns, "paused_on"], columns)
    op.drop_index("ix_audit_entry_refused", "audit_entry")


def _replace(old: list[str], new: list[str]) -> None:
    op.create_index(f"ix_application_{'_'.join(new)}", "application", new)
    op.drop_index(f"ix_application_{'_'.join(old)}", "application")
