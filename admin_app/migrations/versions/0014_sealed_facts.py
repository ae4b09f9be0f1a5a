"""Day of birth, sex, postcode and address are stored encrypted; masks show the last four digits at most (ADR 0028).

An ID number is region, day of birth, three digits and a check digit: the old mask showed the first six and the last four, and the day of
birth stood beside it. Masks in the log are shortened too; going down leaves masks as they are, as nothing reads more out of them.
"""

from collections.abc import Callable, Iterator
from typing import Any

from alembic import op
from sqlalchemy import text

from admin_app.foundation import crypto

revision = "0014_sealed_facts"
down_revision = "0013_entries_by_the_database"

BATCH = 5_000
POSTAL = ("postcode", "address")
TABLES = ("resident", "application", "parcel")
SEX = "CONSTRAINT ck_resident_sex CHECK (sex IN ('male','female'))"
LENGTHS = {"postcode": 6, "address": 200}
APPEND_ONLY = (
    "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END"
)
Row = dict[str, Any]


def upgrade() -> None:
    if _is_sqlite():
        op.execute("PRAGMA secure_delete = ON")  # what stood in clear must not stay in what the file has free
    blob = "BLOB" if _is_sqlite() else "BYTEA"
    for table in TABLES:
        for column in POSTAL:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column}_sealed {blob}")
    _rewrite("resident", (*POSTAL, "id_number_masked", "phone_masked"), _seal_resident)
    _rewrite("application", (*POSTAL, "agent_id_masked"), _seal_application)
    _rewrite("parcel", (*POSTAL, "phone_masked"), _seal_parcel)
    _seal_unsaved_forms(blob)
    _shorten_masks_of_log()
    _let_go_of_sex()
    for table in TABLES:
        for column in POSTAL:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.execute("ALTER TABLE resident DROP COLUMN birth_on")
    op.execute("ALTER TABLE resident DROP COLUMN sex")


def downgrade() -> None:
    for table in TABLES:
        for column in POSTAL:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR({LENGTHS[column]}) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE resident ADD COLUMN birth_on DATE DEFAULT '1900-01-01' NOT NULL")
    op.execute(f"ALTER TABLE resident ADD COLUMN sex VARCHAR(6) DEFAULT 'male' NOT NULL {SEX}")
    sealed = tuple(f"{column}_sealed" for column in POSTAL)
    _rewrite("resident", (*sealed, "id_number_sealed"), _open_resident)
    for table in ("application", "parcel"):
        _rewrite(table, sealed, lambda row, table=table: _opened(table, row))
    for table in TABLES:
        for column in sealed:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    _open_unsaved_forms()


def _rewrite(table: str, columns: tuple[str, ...], change: Callable[[Row], Row]) -> None:
    """Give every row the columns that `change` makes of `columns`, some thousand rows at a time."""
    connection = op.get_bind()
    for rows in _batches(table, columns):
        made = [change(row) | {"row": row["id"]} for row in rows]
        values = ", ".join(f"{name} = :{name}" for name in made[0] if name != "row")
        connection.execute(text(f"UPDATE {table} SET {values} WHERE id = :row"), made)  # noqa: S608  # names of ours


def _batches(table: str, columns: tuple[str, ...]) -> Iterator[list[Row]]:
    query = text(f"SELECT id, public_id, {', '.join(columns)} FROM {table} WHERE id > :last ORDER BY id LIMIT {BATCH}")  # noqa: S608
    last = 0
    while rows := [dict(row) for row in op.get_bind().execute(query, {"last": last}).mappings()]:
        yield rows
        last = rows[-1]["id"]


def _seal_resident(row: Row) -> Row:
    return _sealed("resident", row) | {column: _mask(row[column]) for column in ("id_number_masked", "phone_masked")}


def _seal_application(row: Row) -> Row:
    return _sealed("application", row) | {"agent_id_masked": _mask(row["agent_id_masked"])}


def _seal_parcel(row: Row) -> Row:
    return _sealed("parcel", row) | {"phone_masked": _mask(row["phone_masked"])}


def _open_resident(row: Row) -> Row:
    number = crypto.decrypt_text(bytes(row["id_number_sealed"]), context=f"resident|id_number|{row['public_id']}")
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    return _opened("resident", row) | {"birth_on": born, "sex": "male" if int(number[16]) % 2 else "female"}


def _sealed(table: str, row: Row) -> Row:
    return {
        f"{column}_sealed": crypto.encrypt_text(row[column], context=f"{table}|{column}|{row['public_id']}") if row[column] else None
        for column in POSTAL
    }


def _opened(table: str, row: Row) -> Row:
    return {column: _open(row[f"{column}_sealed"], f"{table}|{column}|{row['public_id']}") for column in POSTAL}


def _open(sealed: bytes | None, context: str) -> str:
    return crypto.decrypt_text(bytes(sealed), context=context) if sealed else ""


def _mask(masked: str) -> str:
    kept = 4 if len(masked) >= 9 else 2
    return "*" * max(len(masked) - kept, 0) + masked[-kept:]


def _seal_unsaved_forms(blob: str) -> None:
    connection = op.get_bind()
    op.execute(f"ALTER TABLE unsaved_form ADD COLUMN content_sealed {blob} DEFAULT '' NOT NULL")
    rows = connection.execute(text("SELECT id, staff_id, application_id, CAST(content AS TEXT) AS content FROM unsaved_form")).mappings()
    for row in rows.all():
        sealed = crypto.encrypt_text(row["content"], context=_unsaved(row))
        connection.execute(text("UPDATE unsaved_form SET content_sealed = :sealed WHERE id = :row"), {"sealed": sealed, "row": row["id"]})
    op.execute("ALTER TABLE unsaved_form DROP COLUMN content")
    if not _is_sqlite():
        op.execute("ALTER TABLE unsaved_form ALTER COLUMN content_sealed DROP DEFAULT")


def _open_unsaved_forms() -> None:
    connection = op.get_bind()
    op.execute("ALTER TABLE unsaved_form ADD COLUMN content JSON DEFAULT '{}' NOT NULL")
    rows = connection.execute(text("SELECT id, staff_id, application_id, content_sealed FROM unsaved_form")).mappings().all()
    for row in rows:
        opened = crypto.decrypt_text(bytes(row["content_sealed"]), context=_unsaved(row))
        connection.execute(text("UPDATE unsaved_form SET content = :opened WHERE id = :row"), {"opened": opened, "row": row["id"]})
    op.execute("ALTER TABLE unsaved_form DROP COLUMN content_sealed")


def _unsaved(row: Any) -> str:
    return f"unsaved_form|content|{row['staff_id']}|{row['application_id']}"


def _shorten_masks_of_log() -> None:
    stars = "*" * 14
    where = "WHERE action = 'residents.registered' AND"
    if _is_sqlite():
        op.execute("DROP TRIGGER audit_entry_no_update")
        shorter = f"json_set(changes, '$.id_number', '{stars}' || substr(json_extract(changes, '$.id_number'), -4))"
        op.execute(f"UPDATE audit_entry SET changes = {shorter} {where} json_extract(changes, '$.id_number') IS NOT NULL")  # noqa: S608
        op.execute(APPEND_ONLY)
    else:
        op.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_change")
        shorter = f"(changes::jsonb || jsonb_build_object('id_number', '{stars}' || right(changes::jsonb ->> 'id_number', 4)))::json"
        op.execute(f"UPDATE audit_entry SET changes = {shorter} {where} (changes::jsonb ->> 'id_number') IS NOT NULL")  # noqa: S608
        op.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_no_change")


def _let_go_of_sex() -> None:
    """Take the rule about the column away, or SQLite keeps the column (0009_actors says why the schema itself is written)."""
    if not _is_sqlite():
        op.execute("ALTER TABLE resident DROP CONSTRAINT ck_resident_sex")
        return
    connection = op.get_bind()
    declared: str = connection.scalar(text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'resident'"))
    start = declared.index("CONSTRAINT ck_resident_sex")
    before, after = declared[:start].rstrip(), declared[start + len(SEX) :]
    if declared[start : start + len(SEX)] != SEX:
        raise RuntimeError("resident is not declared as expected")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    change = text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = 'resident'")
    connection.execute(change, {"sql": before.removesuffix(",") + after})
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")
