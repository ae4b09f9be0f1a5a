"""A closed case keeps of which papers the original was to be seen; of cases that are closed already nobody wrote it down."""

import sqlalchemy as sa
from alembic import op

revision = "0064_originals_kept"
down_revision = "0063_photo_profiles"


def upgrade() -> None:
    op.add_column("application", sa.Column("closed_originals", sa.JSON()))


def downgrade() -> None:
    op.execute("ALTER TABLE application DROP COLUMN closed_originals")
