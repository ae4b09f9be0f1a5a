"""Label printers: how many dots they have, by how much they miss; which one the labels of a batch are made for."""

import sqlalchemy as sa
from alembic import op

revision = "0066_printers"
down_revision = "0065_printed_stocks"
WHICH = "CONSTRAINT fk_mailing_batch_printer_id_label_printer REFERENCES label_printer (id)"
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "label_printer",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("shift_x_mm", "shift_y_mm", "scale_x_permille", "scale_y_permille")),
        sa.Column("measured_at", sa.DateTime(timezone=True)),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_label_printer"),
        sa.UniqueConstraint("code", name="uq_label_printer_code"),
        sa.CheckConstraint("dpi IN (203,300,600)", name="ck_label_printer_dpi"),
    )
    number = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(f"ALTER TABLE mailing_batch ADD COLUMN printer_id {number} {WHICH}")


def downgrade() -> None:
    op.execute("ALTER TABLE mailing_batch DROP COLUMN printer_id")
    op.drop_table("label_printer")
