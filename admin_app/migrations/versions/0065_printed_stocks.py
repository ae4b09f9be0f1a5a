"""A batch keeps the measures of its sheets as they were printed; of what was printed before nobody kept them."""

import sqlalchemy as sa
from alembic import op

revision = "0065_printed_stocks"
down_revision = "0064_originals_kept"


def upgrade() -> None:
    op.add_column("mailing_batch", sa.Column("printed_stock", sa.JSON()))


def downgrade() -> None:
    op.execute("ALTER TABLE mailing_batch DROP COLUMN printed_stock")
