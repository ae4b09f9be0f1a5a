"""Which index keys something may still be found by, and which of them made a recovery code."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0031_index_keys"
down_revision = "0030_corrections"


def upgrade() -> None:
    op.create_table(
        "index_key",
        sa.Column("name", sa.String(10), primary_key=True),
        sa.Column("first_seen_at", UTCDateTime(), nullable=False),
        sa.Column("free_at", UTCDateTime()),
        sa.Column("reached", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("highest", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.add_column("recovery_code", sa.Column("key_name", sa.String(10), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("recovery_code", "key_name")
    op.drop_table("index_key")
