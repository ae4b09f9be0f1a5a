"""The index by status also holds what the queue filters by, so that a narrow filter reads no case that it does not show."""

from alembic import op

revision = "0006_filters_in_the_index"
down_revision = "0005_indexes_at_a_million"

OLD = ["status", "due_on", "id"]
NEW = "ix_application_status_queue"
NEW_COLUMNS = [*OLD, "reason", "channel", "paused_on"]


def upgrade() -> None:
    op.create_index(NEW, "application", NEW_COLUMNS)
    op.drop_index("ix_application_status_due_on_id", "application")


def downgrade() -> None:
    op.create_index("ix_application_status_due_on_id", "application", OLD)
    op.drop_index(NEW, "application")
