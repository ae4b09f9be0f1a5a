"""Indexes that pages missed at a million applications: refused deeds, overdue cases, who decided, reasons of decisions."""

from alembic import op
from sqlalchemy import text

revision = "0004_indexes_at_a_million"
down_revision = "0003_reference_data"

RUNNING = "ix_application_running"
SQLITE_RUNNING = text("is_open IS 1 AND paused_on IS NULL")
POSTGRESQL_RUNNING = text("is_open IS TRUE AND paused_on IS NULL")
DECIDED = "ix_application_decided_on_report"
COLUMNS = ["decided_on", "centre_id", "channel", "due_on", "decided_in_days"]
REFUSED = text("outcome = 'refused'")


def upgrade() -> None:
    op.create_index("ix_audit_entry_refused", "audit_entry", ["at", "id"], sqlite_where=REFUSED, postgresql_where=REFUSED)
    op.create_index(RUNNING, "application", ["due_on", "id"], sqlite_where=SQLITE_RUNNING, postgresql_where=POSTGRESQL_RUNNING)
    op.drop_index(DECIDED, "application")
    op.create_index(DECIDED, "application", [*COLUMNS, "decided_by_id"])
    op.create_index("ix_decision_reason_decision_id_reason_code_id", "decision_reason", ["decision_id", "reason_code_id"])
    op.drop_index("ix_decision_reason_decision_id", "decision_reason")


def downgrade() -> None:
    op.create_index("ix_decision_reason_decision_id", "decision_reason", ["decision_id"])
    op.drop_index("ix_decision_reason_decision_id_reason_code_id", "decision_reason")
    op.drop_index(DECIDED, "application")
    op.create_index(DECIDED, "application", COLUMNS)
    op.drop_index(RUNNING, "application")
    op.drop_index("ix_audit_entry_refused", "audit_entry")
