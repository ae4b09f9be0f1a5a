"""What is older than its time is found in an index, however much there is."""

from alembic import op
from sqlalchemy import text

revision = "0029_retention"
down_revision = "0028_data_keys"

IS_DRAFT = text("status = 'draft'")


def upgrade() -> None:
    op.create_index("ix_unsaved_form_saved_at_id", "unsaved_form", ["saved_at", "id"])
    op.create_index("ix_call_made_at_id", "call", ["made_at", "id"])
    op.create_index(
        "ix_application_old_drafts", "application", ["status", "received_at", "id"], sqlite_where=IS_DRAFT, postgresql_where=IS_DRAFT
    )


def downgrade() -> None:
    op.drop_index("ix_application_old_drafts", "application")
    op.drop_index("ix_call_made_at_id", "call")
    op.drop_index("ix_unsaved_form_saved_at_id", "unsaved_form")
