"""Where residents wish to be written to by e-mail, and in which language; notices that go there."""

import sqlalchemy as sa
from alembic import op

revision = "0073_email_and_language"
down_revision = "0072_clients"
FIELDS = ("name", "name_latin", "phone", "postcode", "address")
LANGUAGE = "VARCHAR(2) NOT NULL DEFAULT '' CONSTRAINT ck_resident_language CHECK (language IN ('','zh','en'))"


def upgrade() -> None:
    op.add_column("resident", sa.Column("email_sealed", sa.LargeBinary()))
    op.add_column("resident", sa.Column("email_masked", sa.String(80), nullable=False, server_default=""))
    op.execute(f"ALTER TABLE resident ADD COLUMN language {LANGUAGE}")
    _know("resident_correction", "field", (*FIELDS, "email"))
    _know("notice", "channel", ("letter", "sms", "email"))


def downgrade() -> None:
    # The office before has no way to mailboxes: what waited stays withdrawn, what left is a message that left.
    op.execute("UPDATE notice SET status = 'dropped', ended_at = written_at WHERE channel = 'email' AND status = 'waiting'")
    op.execute("UPDATE notice SET status = 'unknown', ended_at = written_at WHERE channel = 'email' AND status = 'sending'")
    op.execute("UPDATE notice SET channel = 'sms' WHERE channel = 'email'")
    op.execute("DELETE FROM resident_correction WHERE field = 'email'")
    _know("notice", "channel", ("letter", "sms"))
    _know("resident_correction", "field", FIELDS)
    for column in ("language", "email_masked", "email_sealed"):
        op.execute(f"ALTER TABLE resident DROP COLUMN {column}")


def _know(table: str, column: str, words: tuple[str, ...]) -> None:
    listed = ",".join(f"'{word}'" for word in words)
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{column}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{column} CHECK ({column} IN ({listed}))")
