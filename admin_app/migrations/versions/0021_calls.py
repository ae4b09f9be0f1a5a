"""Calls to residents and how they ended."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0021_calls"
down_revision = "0020_second_factors"


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "call",
        sa.Column("id", big, primary_key=True),
        sa.Column("resident_id", big, sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("about_ref", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("made_by_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("outcome IN ('reached','no_answer','later','wrong_number')", name=op.f("ck_call_outcome")),
    )
    for column in ("resident_id", "about_ref"):
        op.create_index(f"ix_call_{column}_id", "call", [column, "id"])


def downgrade() -> None:
    op.drop_table("call")
