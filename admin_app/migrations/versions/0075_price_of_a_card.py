"""What one card of a maker costs, booked with each that the maker made badly."""

import sqlalchemy as sa
from alembic import op

revision = "0075_price_of_a_card"
down_revision = "0074_label_designs"


def upgrade() -> None:
    op.add_column("card_maker", sa.Column("card_yuan", sa.Integer()))


def downgrade() -> None:
    op.execute("ALTER TABLE card_maker DROP COLUMN card_yuan")
