"""Which design the labels of a batch have; phone and words may be left to it. What was printed keeps what was chosen by hand."""

from alembic import op

revision = "0074_label_designs"
down_revision = "0073_email_and_language"

BEFORE, AFTER = "'masked','full','none'", "'design','masked','full','none'"


def upgrade() -> None:
    op.execute("ALTER TABLE mailing_batch ADD COLUMN label_design VARCHAR(20) NOT NULL DEFAULT 'rule'")
    _phones(AFTER, "UPDATE mailing_batch SET phone_kept = phone_shown")


def downgrade() -> None:
    _phones(BEFORE, "UPDATE mailing_batch SET phone_kept = CASE phone_shown WHEN 'design' THEN 'masked' ELSE phone_shown END")
    op.execute("UPDATE mailing_batch SET label_language = 'zh' WHERE label_language NOT IN ('zh','en')")
    op.execute("ALTER TABLE mailing_batch DROP COLUMN label_design")


def _phones(words: str, keep: str) -> None:
    """Make the column anew: SQLite cannot change what a column may hold."""
    op.execute("ALTER TABLE mailing_batch ADD COLUMN phone_kept VARCHAR(8)")
    op.execute(keep)
    op.execute("ALTER TABLE mailing_batch DROP COLUMN phone_shown")
    declared = f"VARCHAR(8) NOT NULL DEFAULT 'masked' CONSTRAINT ck_mailing_batch_phone_shown CHECK (phone_shown IN ({words}))"
    op.execute(f"ALTER TABLE mailing_batch ADD COLUMN phone_shown {declared}")
    op.execute("UPDATE mailing_batch SET phone_shown = phone_kept")
    op.execute("ALTER TABLE mailing_batch DROP COLUMN phone_kept")
