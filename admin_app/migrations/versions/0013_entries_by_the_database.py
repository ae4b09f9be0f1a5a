"""The database itself numbers and dates the entries of the log, and knows whether the staff member exists who is said to have acted.

What a writer sends for them is overwritten (PostgreSQL) or refused (SQLite, whose triggers cannot change what is written). Entries from
before have no time of writing: nobody but their writers knew it.
"""

from alembic import op
from sqlalchemy import text

revision = "0013_entries_by_the_database"
down_revision = "0012_unsaved_forms"

NOW = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
"""The same for default and trigger: SQLite keeps «now» for the length of a statement."""
NOBODY = (
    "(NEW.actor_kind = 'staff' AND NOT EXISTS (SELECT 1 FROM ab_user WHERE id = NEW.actor_id)) "
    "OR (NEW.actor_kind = 'system') <> (NEW.actor_id IS NULL)"
)
SQLITE = {
    "audit_entry_actor": f"BEFORE INSERT ON audit_entry WHEN {NOBODY} BEGIN SELECT RAISE(ABORT, 'there is no such actor'); END",
    "audit_entry_written": f"BEFORE INSERT ON audit_entry WHEN NEW.written_at IS NOT {NOW} "
    "BEGIN SELECT RAISE(ABORT, 'the database says when an entry was written'); END",
    "audit_entry_number": "AFTER INSERT ON audit_entry WHEN NEW.id <> (SELECT max(id) FROM audit_entry) "
    "OR NEW.id <> 1 + coalesce((SELECT max(id) FROM audit_entry WHERE id < NEW.id), 0) "
    "BEGIN SELECT RAISE(ABORT, 'the database numbers the entries'); END",
}
POSTGRESQL = f"""
CREATE FUNCTION audit_entry_fill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {NOBODY} THEN
        RAISE EXCEPTION 'there is no such actor';
    END IF;
    -- Before the number: whoever has taken a number is then seen as a transaction at work, by which sealing knows what may still come.
    PERFORM pg_current_xact_id();
    NEW.id := nextval('audit_entry_id_seq');
    NEW.written_at := clock_timestamp();
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.execute(f"ALTER TABLE audit_entry ADD COLUMN written_at {'DATETIME' if _is_sqlite() else 'TIMESTAMP WITH TIME ZONE'}")
    if _is_sqlite():
        _declare("written_at DATETIME", f"written_at DATETIME DEFAULT ({NOW})")
        for name, rule in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {rule}")
        return
    op.execute("ALTER TABLE audit_entry ALTER COLUMN id DROP DEFAULT")
    op.execute(POSTGRESQL)
    op.execute("CREATE TRIGGER audit_entry_fill BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_fill()")


def downgrade() -> None:
    if _is_sqlite():
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("DROP TRIGGER audit_entry_fill ON audit_entry")
        op.execute("DROP FUNCTION audit_entry_fill()")
        op.execute("ALTER TABLE audit_entry ALTER COLUMN id SET DEFAULT nextval('audit_entry_id_seq')")
    op.execute("ALTER TABLE audit_entry DROP COLUMN written_at")


def _declare(before: str, after: str) -> None:
    """Give a column a default that SQLite takes only for new tables; what is stored stays as it is (see 0009)."""
    connection = op.get_bind()
    declared: str = connection.scalar(text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'audit_entry'"))
    if declared.count(before) != 1:
        raise RuntimeError("audit_entry is not declared as expected")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    change = text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = 'audit_entry'")
    connection.execute(change, {"sql": declared.replace(before, after)})
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")
