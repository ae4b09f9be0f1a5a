"""Notes about who looked are sealed once their day is over; what is sealed is neither changed nor removed. Ways of looking have indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0026_sealed_notes"
down_revision = "0025_passkeys"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT_THE_BEGINNING = f"NEW.id = 1 AND NEW.previous = '{'0' * 64}'"
BEHIND_THE_NEWEST = "EXISTS (SELECT 1 FROM read_seal newest WHERE newest.id = NEW.id - 1 AND newest.hash = NEW.previous AND newest.last_entry < NEW.first_entry)"
NOTHING_LATER = "NOT EXISTS (SELECT 1 FROM read_seal WHERE id >= NEW.id)"
FOLLOWS = f"{NOTHING_LATER} AND NEW.last_entry >= NEW.first_entry AND (({AT_THE_BEGINNING}) OR {BEHIND_THE_NEWEST})"
SEALED = "OLD.id <= (SELECT coalesce(max(last_entry), 0) FROM read_seal WHERE id = (SELECT max(id) FROM read_seal))"
FIXED, GROWS, KEPT = "seals are append-only", "a seal follows the newest one", "this note is sealed"
SQLITE = {
    "read_seal_no_update": f"BEFORE UPDATE ON read_seal BEGIN SELECT RAISE(ABORT, '{FIXED}'); END",
    "read_seal_no_delete": f"BEFORE DELETE ON read_seal BEGIN SELECT RAISE(ABORT, '{FIXED}'); END",
    "read_seal_follows": f"BEFORE INSERT ON read_seal WHEN NOT ({FOLLOWS}) BEGIN SELECT RAISE(ABORT, '{GROWS}'); END",
    "read_note_no_update": f"BEFORE UPDATE ON read_note WHEN {SEALED} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
    "read_note_no_delete": f"BEFORE DELETE ON read_note WHEN {SEALED} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
}
# audit_seal_refuse() and its like are of migration 0015; these have names of their own, so that each can go by itself.
POSTGRESQL = (
    f"CREATE FUNCTION read_seal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{FIXED}'; END $$",
    "CREATE TRIGGER read_seal_no_change BEFORE UPDATE OR DELETE ON read_seal FOR EACH ROW EXECUTE FUNCTION read_seal_refuse()",
    "CREATE TRIGGER read_seal_no_truncate BEFORE TRUNCATE ON read_seal FOR EACH STATEMENT EXECUTE FUNCTION read_seal_refuse()",
    f"CREATE FUNCTION read_seal_follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT ({FOLLOWS}) THEN "
    f"RAISE EXCEPTION '{GROWS}' USING ERRCODE = 'unique_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER read_seal_follows BEFORE INSERT ON read_seal FOR EACH ROW EXECUTE FUNCTION read_seal_follow()",
    f"CREATE FUNCTION read_note_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {SEALED} THEN RAISE EXCEPTION '{KEPT}'; END IF; "
    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER read_note_no_change BEFORE UPDATE OR DELETE ON read_note FOR EACH ROW EXECUTE FUNCTION read_note_keep()",
    f"CREATE FUNCTION read_note_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$",
    "CREATE TRIGGER read_note_no_truncate BEFORE TRUNCATE ON read_note FOR EACH STATEMENT EXECUTE FUNCTION read_note_refuse()",
)
WAYS = {
    "ix_read_note_act_last_at_id": ["act", "last_at", "id"],
    "ix_read_note_actor_id_act_last_at_id": ["actor_id", "act", "last_at", "id"],
}


def upgrade() -> None:
    op.create_table(
        "read_seal",
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_seal")),
        sa.UniqueConstraint("previous", name=op.f("uq_read_seal_previous")),
    )
    for name, columns in WAYS.items():
        op.create_index(name, "read_note", columns)
    if op.get_bind().dialect.name == "sqlite":
        for name, rule in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {rule}")
        return
    for statement in POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("read_note_no_update", "read_note_no_delete"):
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name in ("read_note_no_change", "read_note_no_truncate"):
            op.execute(f"DROP TRIGGER {name} ON read_note")
    for name in WAYS:
        op.drop_index(name, "read_note")
    op.drop_table("read_seal")
    if op.get_bind().dialect.name != "sqlite":
        for name in ("read_seal_refuse", "read_seal_follow", "read_note_keep", "read_note_refuse"):
            op.execute(f"DROP FUNCTION {name}()")
