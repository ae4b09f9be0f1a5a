"""When the labels of a batch, and those that were printed again, were opened to be printed."""

from alembic import op

revision = "0080_openings_of_labels"
down_revision = "0079_remade_and_returned"
COLUMNS = (("mailing_batch", "labels_opened_at"), ("label", "opened_at"))


def upgrade() -> None:
    kind = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")


def downgrade() -> None:
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
