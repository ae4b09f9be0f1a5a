"""Online accounts of residents, the codes that they ask for, their sessions."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0082_accounts"
down_revision = "0081_printed_with"
INDEXES = {
    "pair_key_asked_at": ["pair_key", "asked_at"],
    "address_key_asked_at": ["address_key", "asked_at"],
    "phone_key_sent_at": ["phone_key", "sent_at"],
    "resident_id_asked_at": ["resident_id", "asked_at"],
    "sent_at": ["sent_at"],
    "asked_at": ["asked_at"],
}


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "account",
        sa.Column("id", number, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("resident_id", number, nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("last_in_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("public_id", name=op.f("uq_account_public_id")),
        sa.UniqueConstraint("resident_id", name=op.f("uq_account_resident_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_account_resident_id_resident")),
    )
    op.create_table(
        "code_request",
        sa.Column("id", number, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("number_keys", sa.JSON(), nullable=False),
        sa.Column("name_keys", sa.JSON(), nullable=False),
        sa.Column("pair_key", sa.String(32), nullable=False),
        sa.Column("address_key", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("resident_id", number),
        sa.Column("phone_key", sa.String(32)),
        sa.Column("code_key", sa.String(32)),
        sa.Column("sent_at", UTCDateTime()),
        sa.Column("ended_at", UTCDateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_code_request_public_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_code_request_resident_id_resident")),
        sa.CheckConstraint("tries BETWEEN 0 AND 5", name=op.f("ck_code_request_tries")),
    )
    for name, columns in INDEXES.items():
        op.create_index(op.f(f"ix_code_request_{name}"), "code_request", columns)
    op.create_table(
        "resident_session",
        sa.Column("id", number, nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_session")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_resident_session_key_hash")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_resident_session_account_id_account")),
        sa.CheckConstraint("level IN (2,3)", name=op.f("ck_resident_session_level")),
    )
    op.create_index(op.f("ix_resident_session_account_id"), "resident_session", ["account_id"])
    op.create_index(op.f("ix_resident_session_seen_at"), "resident_session", ["seen_at"])


def downgrade() -> None:
    for table in ("resident_session", "code_request", "account"):
        op.drop_table(table)
