"""The smallest type on the labels of a stock."""

from alembic import op

revision = "0067_least_type"
down_revision = "0066_printers"


def upgrade() -> None:
    op.execute("ALTER TABLE label_stock ADD COLUMN least_points FLOAT NOT NULL DEFAULT 6.5")


def downgrade() -> None:
    op.execute("ALTER TABLE label_stock DROP COLUMN least_points")
