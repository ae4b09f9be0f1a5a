"""A centre whose place nobody has entered yet: it needs no more than a name and an address in one language."""

from alembic import op

revision = "0037_centres_in_one_language"
down_revision = "0036_parts_of_names"


def upgrade() -> None:
    op.execute("ALTER TABLE centre ALTER COLUMN latitude DROP NOT NULL")
    op.execute("ALTER TABLE centre ALTER COLUMN longitude DROP NOT NULL")


def downgrade() -> None:
    op.execute("UPDATE centre SET latitude = 0, longitude = 0 WHERE latitude IS NULL")
    op.execute("ALTER TABLE centre ALTER COLUMN latitude SET NOT NULL")
    op.execute("ALTER TABLE centre ALTER COLUMN longitude SET NOT NULL")
