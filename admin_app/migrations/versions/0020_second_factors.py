"""Second factors of staff members: an authenticator's secret, recovery codes, and since when somebody has one."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0020_second_factors"
down_revision = "0019_indexes_of_counters"


def upgrade() -> None:
    op.create_table(
        "authenticator",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("ab_user.id", name="fk_authenticator_staff_id_ab_user"), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("staff_id", name="uq_authenticator_staff_id"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("ab_user.id", name="fk_recovery_code_staff_id_ab_user"), nullable=False),
        sa.Column("code_key", sa.String(32), nullable=False),
        sa.Column("used_at", UTCDateTime()),
        sa.UniqueConstraint("staff_id", "code_key", name="uq_recovery_code_staff_id_code_key"),
    )
    op.add_column("ab_user", sa.Column("second_factor_since", UTCDateTime()))  # not in a batch: triggers of the log name this table


def downgrade() -> None:
    op.drop_column("ab_user", "second_factor_since")
    op.drop_table("recovery_code")
    op.drop_table("authenticator")
