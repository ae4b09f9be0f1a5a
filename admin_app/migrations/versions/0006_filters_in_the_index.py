"""Indexes for what the queue asks most.

The index by status also holds what the queue filters by, so that a narrow filter reads no case that it does not show. What waits for the
office has an index of its own, without the many paused cases that stand before it by their due day.
"""

from alembic import op
from sqlalchemy import text

revision = "0006_filters_in_the_index"
down_revision = "0005_indexes_at_a_million"

OLD = ["status", "due_on", "id"]
BY_STATUS, STATUS_COLUMNS = "ix_application_status_queue", [*OLD, "reason", "channel", "paused_on"]
RUNNING, RUNNING_COLUMNS = "ix_application_running", ["is_open", "due_on", "id", "paused_on"]
NOT_PAUSED = text("paused_on IS NULL")


def upgrade() -> None:
    op.create_index(BY_STATUS, "application", STATUS_COLUMNS)
    op.drop_index("ix_application_status_due_on_id", "application")
    op.create_index(RUNNING, "application", RUNNING_COLUMNS, sqlite_where=NOT_PAUSED, postgresql_where=NOT_PAUSED)


def downgrade() -> None:
    op.drop_index(RUNNING, "application")
    op.create_index("ix_application_status_due_on_id", "application", OLD)
    op.drop_index(BY_STATUS, "application")
