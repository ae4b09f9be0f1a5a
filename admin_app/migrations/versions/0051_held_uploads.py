"""Uploads that wait for a decision, and what was decided about a stored file; nobody was asked about earlier ones."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0051_held_uploads"
down_revision = "0050_unsent_forms"
STAFF = "CONSTRAINT fk_stored_file_chosen_by_id_ab_user REFERENCES ab_user (id)"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "held_upload",
        sa.Column("id", number, primary_key=True),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["ab_user.id"], name="fk_held_upload_staff_id_ab_user"),
        sa.UniqueConstraint("public_id", name="uq_held_upload_public_id"),
    )
    op.create_index("ix_held_upload_created_at", "held_upload", ["created_at"])
    op.add_column("stored_file", sa.Column("chosen", sa.JSON()))
    op.execute(f"ALTER TABLE stored_file ADD COLUMN chosen_by_id INTEGER {STAFF}")


def downgrade() -> None:
    for column in ("chosen_by_id", "chosen"):
        op.execute(f"ALTER TABLE stored_file DROP COLUMN {column}")
    op.drop_table("held_upload")
