"""Programs of others file applications: how surely they know a resident, by what they sign, what they sent and were answered."""

import sqlalchemy as sa
from alembic import op

revision = "0078_requests_of_clients"
down_revision = "0077_label_sheets"
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF_OUTSIDERS = sa.text("filed_by_id IS NOT NULL")
LEVEL = "INTEGER NOT NULL DEFAULT 2 CONSTRAINT ck_api_client_max_level CHECK (max_level BETWEEN 1 AND 3)"


def upgrade() -> None:
    op.execute(f"ALTER TABLE api_client ADD COLUMN max_level {LEVEL}")
    bytes_ = "BYTEA" if op.get_bind().dialect.name == "postgresql" else "BLOB"
    op.execute(f"ALTER TABLE api_key ADD COLUMN signing_sealed {bytes_}")
    op.create_table(
        "idempotency_key",
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(32), nullable=False),
        sa.Column("run", sa.String(32), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.Integer()),
        sa.Column("answer", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_idempotency_key"),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name="fk_idempotency_key_client_id_api_client"),
        sa.UniqueConstraint("client_id", "key", name="uq_idempotency_key_client_id_key"),
        sa.CheckConstraint("(code IS NULL) = (answer IS NULL)", name="ck_idempotency_key_answered_whole"),
    )
    op.create_index("ix_idempotency_key_begun_at_id", "idempotency_key", ["begun_at", "id"])
    op.create_table(
        "signed_message",
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signed_message"),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name="fk_signed_message_client_id_api_client"),
        sa.UniqueConstraint("client_id", "message_id", name="uq_signed_message_client_id_message_id"),
    )
    op.create_index("ix_signed_message_came_at_id", "signed_message", ["came_at", "id"])
    columns = ["filed_by_kind", "filed_by_id", "id"]
    op.create_index("ix_application_filed", "application", columns, sqlite_where=OF_OUTSIDERS, postgresql_where=OF_OUTSIDERS)


def downgrade() -> None:
    op.drop_index("ix_application_filed", "application")
    op.drop_table("signed_message")
    op.drop_table("idempotency_key")
    op.execute("ALTER TABLE api_key DROP COLUMN signing_sealed")
    op.execute("ALTER TABLE api_client DROP COLUMN max_level")
