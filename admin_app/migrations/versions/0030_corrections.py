"""What was known about a resident before it was corrected, and after; encrypted."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0030_corrections"
down_revision = "0029_retention"


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "resident_correction",
        sa.Column("id", big, primary_key=True),
        sa.Column("public_id", sa.String(32), nullable=False, unique=True),
        sa.Column("resident_id", big, sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("field", sa.String(12), nullable=False),
        sa.Column("before_sealed", sa.LargeBinary()),
        sa.Column("after_sealed", sa.LargeBinary()),
        sa.Column("reason_sealed", sa.LargeBinary()),
        sa.Column("made_by_id", sa.Integer(), sa.ForeignKey("ab_user.id")),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("field IN ('name','name_latin','phone','postcode','address')", name=op.f("ck_resident_correction_field")),
    )
    op.create_index("ix_resident_correction_resident_id_id", "resident_correction", ["resident_id", "id"])


def downgrade() -> None:
    op.drop_table("resident_correction")
