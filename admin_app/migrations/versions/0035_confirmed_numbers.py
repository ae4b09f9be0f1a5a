"""What was unusual about an ID number and was compared with the card; of earlier numbers nothing was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0035_confirmed_numbers"
down_revision = "0034_erasures"
COLUMNS = {"resident": "number_confirmed", "application": "agent_number_confirmed"}


def upgrade() -> None:
    for table, column in COLUMNS.items():
        op.add_column(table, sa.Column(column, sa.String(20), nullable=False, server_default=""))


def downgrade() -> None:
    for table, column in COLUMNS.items():
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
