"""Look-up codes of applications: an HMAC with each case, and wrong ones counted for a day."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0076_look_up_codes"
down_revision = "0075_price_of_a_card"
COUNTED = ("case_key", "address_key")


def upgrade() -> None:
    op.execute("ALTER TABLE application ADD COLUMN look_up_index VARCHAR(80)")
    op.create_table(
        "look_up_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("case_key", sa.String(32), nullable=False),
        sa.Column("address_key", sa.String(32), nullable=False),
    )
    op.create_index("ix_look_up_attempt_at", "look_up_attempt", ["at"])
    for column in COUNTED:
        op.create_index(f"ix_look_up_attempt_{column}_at", "look_up_attempt", [column, "at"])


def downgrade() -> None:
    op.drop_table("look_up_attempt")
    op.execute("ALTER TABLE application DROP COLUMN look_up_index")
