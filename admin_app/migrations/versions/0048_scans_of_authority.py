"""The scan of the document by which a proxy collected a card, or why none is kept; of earlier hand-overs neither is known."""

from alembic import op

revision = "0048_scans_of_authority"
down_revision = "0047_kinds_said_later"
FILE = "CONSTRAINT fk_card_authority_file_id_stored_file REFERENCES stored_file (id)"


def upgrade() -> None:
    number = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(f"ALTER TABLE card ADD COLUMN authority_file_id {number} {FILE}")
    op.execute("ALTER TABLE card ADD COLUMN authority_missing VARCHAR(200) NOT NULL DEFAULT ''")


def downgrade() -> None:
    op.execute("ALTER TABLE card DROP COLUMN authority_missing")
    op.execute("ALTER TABLE card DROP COLUMN authority_file_id")
