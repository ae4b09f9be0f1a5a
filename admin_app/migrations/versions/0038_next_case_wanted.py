"""Whether the next case opens after a decision is each person's own choice; until they choose, it does not."""

from alembic import op

revision = "0038_next_case_wanted"
down_revision = "0037_centres_in_one_language"


def upgrade() -> None:
    op.execute("ALTER TABLE ab_user ADD COLUMN opens_next BOOLEAN DEFAULT false NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE ab_user DROP COLUMN opens_next")
