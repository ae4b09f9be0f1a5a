"""Files of long lists that people have ordered."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0011_list_files"
down_revision = "0010_list_choices"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "list_file",
        sa.Column("id", ID, primary_key=True),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("ab_user.id", name="fk_list_file_staff_id_ab_user"), nullable=False),
        sa.Column("list_name", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("row_count", sa.Integer()),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("job_id", ID, sa.ForeignKey("job.id", name="fk_list_file_job_id_job")),
        sa.Column("file_id", ID, sa.ForeignKey("stored_file.id", name="fk_list_file_file_id_stored_file")),
        sa.UniqueConstraint("public_id", name="uq_list_file_public_id"),
    )
    op.create_index("ix_list_file_created_at", "list_file", ["created_at"])
    op.create_index("ix_list_file_staff_id_list_name", "list_file", ["staff_id", "list_name"])


def downgrade() -> None:
    op.drop_table("list_file")
