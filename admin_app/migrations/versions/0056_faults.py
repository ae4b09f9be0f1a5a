"""Whom a card that is made once more is put down to, and what it costs. Of the cards that are there nobody said."""

from alembic import op

revision = "0056_faults"
down_revision = "0055_behind_the_figures"

FAULTS = "'','resident','maker','post','office'"


def upgrade() -> None:
    known = f"CONSTRAINT ck_card_fault CHECK (fault IN ({FAULTS}))"
    op.execute(f"ALTER TABLE card ADD COLUMN fault VARCHAR(10) DEFAULT '' NOT NULL {known}")
    op.execute("ALTER TABLE card ADD COLUMN cost_fen INTEGER CONSTRAINT ck_card_cost CHECK (cost_fen >= 0)")


def downgrade() -> None:
    op.execute("ALTER TABLE card DROP COLUMN cost_fen")
    op.execute("ALTER TABLE card DROP COLUMN fault")
