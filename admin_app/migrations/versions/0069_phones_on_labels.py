"""How much of the phone number stands on the labels of a batch; until now the last digits."""

from alembic import op

revision = "0069_phones_on_labels"
down_revision = "0068_envelopes"
DECLARED = "VARCHAR(8) NOT NULL DEFAULT 'masked' CONSTRAINT ck_mailing_batch_phone_shown CHECK (phone_shown IN ('masked','full','none'))"


def upgrade() -> None:
    op.execute(f"ALTER TABLE mailing_batch ADD COLUMN phone_shown {DECLARED}")


def downgrade() -> None:
    op.execute("ALTER TABLE mailing_batch DROP COLUMN phone_shown")
