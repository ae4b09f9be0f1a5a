"""A key for each person, under which the log's words about them are sealed; room for sealed words in the log."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0033_person_keys"
down_revision = "0032_restrictions"
PLAIN, SEALED = sa.String(500), sa.String(3000)


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "person_key",
        sa.Column("person_id", big, primary_key=True, autoincrement=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
    )
    # SQLite does not look at lengths, and would write the whole log anew for it; PostgreSQL changes the catalogue alone.
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("audit_entry", "reason", type_=SEALED, existing_type=PLAIN, existing_nullable=True)


def downgrade() -> None:
    # What is sealed stays so: entries are never changed. Nobody reads it any more, and it stays as long as it is.
    op.drop_table("person_key")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("audit_entry", "reason", type_=sa.Text(), existing_type=SEALED, existing_nullable=True)
