"""Residents at whom every look raises an alarm."""

import sqlalchemy as sa
from alembic import op

revision = "0024_watched_residents"
down_revision = "0023_second_decisions"


def upgrade() -> None:
    op.add_column("resident", sa.Column("is_watched", sa.Boolean(), nullable=False, server_default=sa.false()))
    where = {"sqlite_where": sa.text("is_watched = 1"), "postgresql_where": sa.text("is_watched")}
    op.create_index("ix_resident_watched", "resident", ["id"], **where)


def downgrade() -> None:
    op.drop_index("ix_resident_watched", "resident")
    op.execute("ALTER TABLE resident DROP COLUMN is_watched")
