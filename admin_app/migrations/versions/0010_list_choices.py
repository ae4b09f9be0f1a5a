"""What each person chose for a list, saved views, and indexes for the orders of reference lists."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0010_list_choices"
down_revision = "0009_actors"

ORDERS = {
    "centre": ("name_en", "name_zh", "district_code"),
    "calendar_day": ("kind",),
    "reason_code": ("sort", "kind"),
    "material_rule": ("sort", "material"),
    "label_stock": ("name_en",),
}


def upgrade() -> None:
    op.create_table(
        "list_preference",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("ab_user.id", name="fk_list_preference_staff_id_ab_user"), nullable=False),
        sa.Column("list_name", sa.String(40), nullable=False),
        sa.Column("columns", sa.JSON()),
        sa.Column("sort_by", sa.String(60), nullable=False),
        sa.Column("page_size", sa.Integer()),
        sa.UniqueConstraint("staff_id", "list_name", name="uq_list_preference_staff_id_list_name"),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("ab_user.id", name="fk_saved_view_staff_id_ab_user"), nullable=False),
        sa.Column("list_name", sa.String(40), nullable=False),
        sa.Column("name", sa.String(60)),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.UniqueConstraint("token", name="uq_saved_view_token"),
        sa.UniqueConstraint("staff_id", "list_name", "name", name="uq_saved_view_staff_id_list_name_name"),
    )
    for table, columns in ORDERS.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}_id", table, [column, "id"])


def downgrade() -> None:
    for table, columns in ORDERS.items():
        for column in columns:
            op.drop_index(f"ix_{table}_{column}_id", table)
    op.drop_table("saved_view")
    op.drop_table("list_preference")
