"""Programs of others that ask by the API, and their keys."""

import sqlalchemy as sa
from alembic import op

revision = "0072_clients"
down_revision = "0071_kinds_of_notices"
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "api_client",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("networks", sa.String(1000), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_api_client"),
        sa.UniqueConstraint("public_id", name="uq_api_client_public_id"),
        sa.UniqueConstraint("name", name="uq_api_client_name"),
    )
    op.create_index("ix_api_client_name_id", "api_client", ["name", "id"])
    op.create_table(
        "api_key",
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("prefix", sa.String(8), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name="fk_api_key_client_id_api_client"),
        sa.UniqueConstraint("prefix", name="uq_api_key_prefix"),
    )
    op.create_index("ix_api_key_client_id_id", "api_key", ["client_id", "id"])


def downgrade() -> None:
    op.drop_table("api_key")
    op.drop_table("api_client")
