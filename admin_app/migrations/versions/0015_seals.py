"""The chain of seals over the log: it grows at its end only, and nobody changes a link."""

import sqlalchemy as sa
from alembic import op

revision = "0015_seals"
down_revision = "0014_sealed_facts"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT_THE_BEGINNING = f"NEW.id = 1 AND NEW.previous = '{'0' * 64}'"
BEHIND_THE_NEWEST = (
    "EXISTS (SELECT 1 FROM audit_seal newest WHERE newest.id = NEW.id - 1 AND newest.hash = NEW.previous "
    "AND newest.last_entry < NEW.first_entry)"
)
NOTHING_LATER = "NOT EXISTS (SELECT 1 FROM audit_seal WHERE id >= NEW.id)"
FOLLOWS = f"{NOTHING_LATER} AND NEW.last_entry >= NEW.first_entry AND (({AT_THE_BEGINNING}) OR {BEHIND_THE_NEWEST})"
FIXED, GROWS = "seals are append-only", "a seal follows the newest one"
SQLITE = {
    "audit_seal_no_update": f"BEFORE UPDATE ON audit_seal BEGIN SELECT RAISE(ABORT, '{FIXED}'); END",
    "audit_seal_no_delete": f"BEFORE DELETE ON audit_seal BEGIN SELECT RAISE(ABORT, '{FIXED}'); END",
    # Before REPLACE takes the old row away: none that is there is followed by one with its number, or with what it follows.
    "audit_seal_follows": f"BEFORE INSERT ON audit_seal WHEN NOT ({FOLLOWS}) BEGIN SELECT RAISE(ABORT, '{GROWS}'); END",
}
POSTGRESQL = (
    f"CREATE FUNCTION audit_seal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{FIXED}'; END $$",
    "CREATE TRIGGER audit_seal_no_change BEFORE UPDATE OR DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION audit_seal_refuse()",
    "CREATE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON audit_seal FOR EACH STATEMENT EXECUTE FUNCTION audit_seal_refuse()",
    f"CREATE FUNCTION audit_seal_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT ({FOLLOWS}) THEN "
    f"RAISE EXCEPTION '{GROWS}' USING ERRCODE = 'unique_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER audit_seal_follows BEFORE INSERT ON audit_seal FOR EACH ROW EXECUTE FUNCTION audit_seal_follow()",
)


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("first_entry", ID, nullable=False),
        sa.Column("last_entry", ID, nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("entries_so_far", ID, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.Column("marks_root", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(40), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_seal_previous")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for name, rule in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {rule}")
        return
    for statement in POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit_seal")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_seal_refuse()")
        op.execute("DROP FUNCTION audit_seal_follow()")
