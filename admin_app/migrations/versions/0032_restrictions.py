"""Records of a resident that are kept and not used."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0032_restrictions"
down_revision = "0031_index_keys"
KINDS = "kind IN ('dispute','legal_hold','authority')"
ANOTHER = "lifted_by_id IS NULL OR lifted_by_id <> made_by_id OR kind = 'dispute'"


def upgrade() -> None:
    op.add_column("resident", sa.Column("is_restricted", sa.Boolean(), nullable=False, server_default=sa.false()))
    where = {"sqlite_where": sa.text("is_restricted = 1"), "postgresql_where": sa.text("is_restricted")}
    op.create_index("ix_resident_restricted", "resident", ["id"], **where)
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "restriction",
        sa.Column("id", big, primary_key=True),
        sa.Column("public_id", sa.String(32), nullable=False, unique=True),
        sa.Column("resident_id", big, sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("look_again_on", sa.Date(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("lifted_by_id", sa.Integer(), sa.ForeignKey("ab_user.id")),
        sa.Column("lifted_at", UTCDateTime()),
        sa.Column("lift_reason_sealed", sa.LargeBinary()),
        sa.CheckConstraint(KINDS, name=op.f("ck_restriction_kind")),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by_id IS NULL)", name=op.f("ck_restriction_lifted_whole")),
        sa.CheckConstraint(ANOTHER, name=op.f("ck_restriction_lifted_by_another")),
    )
    op.create_index("ix_restriction_resident_id_id", "restriction", ["resident_id", "id"])
    op.create_index("ix_restriction_made_at_id", "restriction", ["made_at", "id"])
    still = {"sqlite_where": sa.text("lifted_at IS NULL"), "postgresql_where": sa.text("lifted_at IS NULL")}
    op.create_index("uq_restriction_open_resident", "restriction", ["resident_id"], unique=True, **still)
    op.create_index("ix_restriction_open", "restriction", ["made_at", "id"], **still)


def downgrade() -> None:
    op.drop_table("restriction")
    op.drop_index("ix_resident_restricted", "resident")
    op.execute("ALTER TABLE resident DROP COLUMN is_restricted")
