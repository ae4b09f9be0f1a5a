"""Sheets of labels and their cells, from now on; on which sheet a batch goes on. Sheets that were printed before have no number."""

import sqlalchemy as sa
from alembic import op

revision = "0077_label_sheets"
down_revision = "0076_look_up_codes"
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHICH = "CONSTRAINT fk_mailing_batch_sheet_id_label_sheet REFERENCES label_sheet (id)"
HALF_USED, SPOILED = sa.text("free > 0"), sa.text("spoiled_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "label_sheet",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("is_numbered", sa.Boolean(), nullable=False),
        sa.Column("stock_id", ID, nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", ID),
        sa.PrimaryKeyConstraint("id", name="pk_label_sheet"),
        sa.UniqueConstraint("public_id", name="uq_label_sheet_public_id"),
        sa.UniqueConstraint("number", name="uq_label_sheet_number"),
        sa.ForeignKeyConstraint(["stock_id"], ["label_stock.id"], name="fk_label_sheet_stock_id_label_stock"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_label_sheet_job_id_job"),
        sa.CheckConstraint("free >= 0 AND free <= cells", name="ck_label_sheet_free"),
    )
    op.create_index("ix_label_sheet_stock_id_id", "label_sheet", ["stock_id", "id"])
    op.create_index("ix_label_sheet_half_used", "label_sheet", ["id"], sqlite_where=HALF_USED, postgresql_where=HALF_USED)
    op.create_table(
        "sheet_cell",
        sa.Column("id", ID, nullable=False),
        sa.Column("sheet_id", ID, nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("label_id", ID),
        sa.Column("spoiled_at", sa.DateTime(timezone=True)),
        sa.Column("spoiled_why", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sheet_cell"),
        sa.UniqueConstraint("label_id", name="uq_sheet_cell_label_id"),
        sa.ForeignKeyConstraint(["sheet_id"], ["label_sheet.id"], name="fk_sheet_cell_sheet_id_label_sheet"),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name="fk_sheet_cell_label_id_label"),
        sa.CheckConstraint("spoiled_why IN ('','reprinted','taken_out','damaged','gone')", name="ck_sheet_cell_spoiled_why"),
        sa.CheckConstraint("(spoiled_at IS NULL) = (spoiled_why = '')", name="ck_sheet_cell_spoiled"),
    )
    op.create_index("ix_sheet_cell_sheet_id_cell", "sheet_cell", ["sheet_id", "cell"], unique=True)
    op.create_index("ix_sheet_cell_spoiled", "sheet_cell", ["spoiled_at", "id"], sqlite_where=SPOILED, postgresql_where=SPOILED)
    number = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(f"ALTER TABLE mailing_batch ADD COLUMN sheet_id {number} {WHICH}")


def downgrade() -> None:
    op.execute("ALTER TABLE mailing_batch DROP COLUMN sheet_id")
    op.drop_table("sheet_cell")
    op.drop_table("label_sheet")
