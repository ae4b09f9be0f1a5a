"""With which label design, in which version of its file, a label was printed; of labels that were printed before nobody kept it."""

import sqlalchemy as sa
from alembic import op

revision = "0081_printed_with"
down_revision = "0080_openings_of_labels"


def upgrade() -> None:
    op.add_column("label", sa.Column("design", sa.String(20), nullable=False, server_default=""))
    op.add_column("label", sa.Column("design_version", sa.String(12), nullable=False, server_default=""))


def downgrade() -> None:
    op.execute("ALTER TABLE label DROP COLUMN design_version")
    op.execute("ALTER TABLE label DROP COLUMN design")
