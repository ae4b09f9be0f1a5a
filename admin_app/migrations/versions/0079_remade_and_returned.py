"""Indexes by day of what came back and of cards in the place of others, for the reports."""

import sqlalchemy as sa
from alembic import op

revision = "0079_remade_and_returned"
down_revision = "0078_requests_of_clients"
IN_PLACE = sa.text("replaces_id IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_mail_return_received_at_id", "mail_return", ["received_at", "id"])
    op.create_index("ix_card_in_place", "card", ["requested_at", "id"], sqlite_where=IN_PLACE, postgresql_where=IN_PLACE)


def downgrade() -> None:
    op.drop_index("ix_card_in_place", "card")
    op.drop_index("ix_mail_return_received_at_id", "mail_return")
