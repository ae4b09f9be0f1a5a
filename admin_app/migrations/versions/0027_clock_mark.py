"""The time when it was last believed, so that a clock that jumps lapses nothing."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0027_clock_mark"
down_revision = "0026_sealed_notes"


def upgrade() -> None:
    op.create_table(
        "clock_mark",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("believed_at", UTCDateTime(), nullable=False),
        sa.Column("boot", sa.String(36), nullable=False),
        sa.Column("uptime_seconds", sa.Float(), nullable=False),
        sa.Column("doubt", sa.String(10)),
        sa.Column("doubted_at", UTCDateTime()),
        sa.Column("doubted_boot", sa.String(36)),
        sa.Column("doubted_uptime_seconds", sa.Float()),
    )


def downgrade() -> None:
    op.drop_table("clock_mark")
