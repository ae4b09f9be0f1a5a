"""Attempts to sign in, counted for a quarter of an hour: by account, by address, by known browser."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0016_sign_in_attempts"
down_revision = "0015_seals"

COUNTED = ("account_key", "address_key", "device_key")


def upgrade() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("account_key", sa.String(32), nullable=False),
        sa.Column("address_key", sa.String(32), nullable=False),
        sa.Column("device_key", sa.String(32)),
    )
    op.create_index("ix_sign_in_attempt_at", "sign_in_attempt", ["at"])
    for column in COUNTED:
        op.create_index(f"ix_sign_in_attempt_{column}_at", "sign_in_attempt", [column, "at"])


def downgrade() -> None:
    op.drop_table("sign_in_attempt")
