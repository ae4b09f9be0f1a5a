"""Which data keys something may still be encrypted with."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0028_data_keys"
down_revision = "0027_clock_mark"


def upgrade() -> None:
    op.create_table(
        "data_key",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("first_seen_at", UTCDateTime(), nullable=False),
        sa.Column("free_at", UTCDateTime()),
    )


def downgrade() -> None:
    op.drop_table("data_key")
