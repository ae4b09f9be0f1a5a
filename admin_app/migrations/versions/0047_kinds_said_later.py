"""A paper that stands for one of two («either … or») can be filed before somebody says which of them it is; of all before, it was said."""

from alembic import op

revision = "0047_kinds_said_later"
down_revision = "0046_originals"


def upgrade() -> None:
    op.execute("ALTER TABLE document ADD COLUMN is_kind_chosen BOOLEAN NOT NULL DEFAULT TRUE")


def downgrade() -> None:
    # The desk before knows the usual one of the two, under which the paper stands.
    op.execute("ALTER TABLE document DROP COLUMN is_kind_chosen")
