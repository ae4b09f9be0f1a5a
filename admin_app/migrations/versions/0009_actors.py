"""Who acts has a kind, in the log and for jobs; and a record may be brought in by somebody who is not of the staff.

SQLite cannot take NOT NULL off a column without copying the table, and a table that others point to cannot be copied inside a
transaction. What does not touch the stored rows may be written into the schema itself (sqlite.org/lang_altertable.html, «Making Other
Kinds Of Table Schema Changes»), which takes no time at a million rows.
"""

from alembic import op
from sqlalchemy import text

revision = "0009_actors"
down_revision = "0008_indexes_of_filters"

FILED = {"application": "taken_by_id", "loss_report": "taken_by_id", "document": "added_by_id"}
KINDS = "actor_kind IN ('staff','resident','client','system')"
APPEND_ONLY = {
    "audit_entry_no_update": "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END",
}


def upgrade() -> None:
    _log_gets_kinds()
    op.execute("ALTER TABLE job ADD COLUMN created_by_kind VARCHAR(10)")
    op.execute("UPDATE job SET created_by_kind = 'staff' WHERE created_by_id IS NOT NULL")
    for table, staff_column in FILED.items():
        _may_be_empty(table, staff_column, True)
        for column, kind, checks in _filed_columns(table, staff_column):
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} {checks}")


def downgrade() -> None:
    for table, staff_column in FILED.items():
        if op.get_bind().scalar(text(f"SELECT 1 FROM {table} WHERE {staff_column} IS NULL LIMIT 1")):  # noqa: S608  # names of ours
            raise RuntimeError(f"{table} has rows that no staff member brought in; the older version cannot hold them")
        op.execute(f"ALTER TABLE {table} DROP COLUMN filed_by_id")
        op.execute(f"ALTER TABLE {table} DROP COLUMN filed_by_kind")
        _may_be_empty(table, staff_column, False)
    op.execute("ALTER TABLE job DROP COLUMN created_by_kind")
    op.execute("ALTER TABLE audit_entry DROP COLUMN actor_kind")


def _log_gets_kinds() -> None:
    # Every entry so far is of the staff or of the office itself; the guard against changes steps aside for the second.
    check = f"CONSTRAINT ck_audit_entry_actor_kind CHECK ({KINDS})"
    op.execute(f"ALTER TABLE audit_entry ADD COLUMN actor_kind VARCHAR(10) DEFAULT 'staff' NOT NULL {check}")
    if _is_sqlite():
        op.execute("DROP TRIGGER audit_entry_no_update")
        op.execute("UPDATE audit_entry SET actor_kind = 'system' WHERE actor_id IS NULL")
        op.execute(APPEND_ONLY["audit_entry_no_update"])
    else:
        op.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_change")
        op.execute("UPDATE audit_entry SET actor_kind = 'system' WHERE actor_id IS NULL")
        op.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_no_change")
        op.execute("ALTER TABLE audit_entry ALTER COLUMN actor_kind DROP DEFAULT")


def _filed_columns(table: str, staff_column: str) -> tuple[tuple[str, str, str], ...]:
    """Column, type and constraints. filed_by_id carries the rules about both, so that it leaves first."""
    whole = f"CONSTRAINT ck_{table}_filed_by_whole CHECK ((filed_by_id IS NULL) = (filed_by_kind IS NULL))"
    one = f"CONSTRAINT ck_{table}_one_filer CHECK (({staff_column} IS NULL) <> (filed_by_id IS NULL))"
    return (
        ("filed_by_kind", "VARCHAR(10)", f"CONSTRAINT ck_{table}_filed_by_kind CHECK (filed_by_kind IN ('resident','client'))"),
        ("filed_by_id", "INTEGER" if _is_sqlite() else "BIGINT", f"{whole} {one}"),
    )


def _may_be_empty(table: str, column: str, may: bool) -> None:
    if not _is_sqlite():
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} {'DROP' if may else 'SET'} NOT NULL")
        return
    connection = op.get_bind()
    full, empty = f"{column} INTEGER NOT NULL", f"{column} INTEGER"
    before, after = (full, empty) if may else (f"{empty},", f"{full},")
    declared: str = connection.scalar(text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"), {"name": table})
    if declared.count(before) != 1:
        raise RuntimeError(f"{table} is not declared as expected")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    change = text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name")
    connection.execute(change, {"sql": declared.replace(before, after), "name": table})
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")
