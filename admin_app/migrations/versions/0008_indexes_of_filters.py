"""Each filter of the log, of loss reports and of a counter's cards is a range of one index.

The log is read newest first by (at, id), so that days are a range of every index. Cards know the centre of their application: a trigger
lets it follow, whoever changes the application.
"""

from typing import Any

from alembic import op
from sqlalchemy import text

revision = "0008_indexes_of_filters"
down_revision = "0007_jobs_due"

PERSON, NO_PERSON = text("actor_id IS NOT NULL"), text("actor_id IS NULL")
ENDED, IN_FORCE = text("ended_at IS NOT NULL"), text("status = 'formal' AND ended_at IS NULL")
Index = tuple[str, str, list[str], Any]
OWNED, NOT_PAUSED = text("owner_id IS NOT NULL"), text("paused_on IS NULL")
BY_STATUS, RUNNING = ["status", "due_on", "id", "reason", "channel", "paused_on"], ["is_open", "due_on", "id", "paused_on"]
BY_RECEIPT = ["is_open", "received_on", "id", "status", "due_on", "paused_on", "centre_id", "reason", "channel", "owner_id"]
OWNED_BY = ["owner_id", "is_open", "due_on", "id"]
NEW: tuple[Index, ...] = (
    ("ix_audit_entry_at_id", "audit_entry", ["at", "id"], None),
    ("ix_audit_entry_action_at_id", "audit_entry", ["action", "at", "id"], None),
    ("ix_audit_entry_subject_ref_at_id", "audit_entry", ["subject_ref", "at", "id"], None),
    ("ix_audit_entry_person", "audit_entry", ["actor_id", "at", "id"], PERSON),
    ("ix_audit_entry_person_action", "audit_entry", ["actor_id", "action", "at", "id"], PERSON),
    ("ix_audit_entry_no_person", "audit_entry", ["at", "id"], NO_PERSON),
    ("ix_audit_entry_no_person_action", "audit_entry", ["action", "at", "id"], NO_PERSON),
    ("ix_loss_report_centre_id_status_lapses_at_id", "loss_report", ["centre_id", "status", "lapses_at", "id"], None),
    ("ix_loss_report_ended", "loss_report", ["id"], ENDED),
    ("ix_loss_report_ended_centre", "loss_report", ["centre_id", "id"], ENDED),
    ("ix_loss_report_in_force", "loss_report", ["id"], IN_FORCE),
    ("ix_loss_report_in_force_centre", "loss_report", ["centre_id", "id"], IN_FORCE),
    ("ix_application_status_queue", "application", [*BY_STATUS, "centre_id"], None),
    ("ix_application_running", "application", [*RUNNING, "centre_id", "reason", "channel"], NOT_PAUSED),
    ("ix_application_receipt", "application", BY_RECEIPT, None),
    ("ix_application_owner_id_is_open_due_on_id_paused_on", "application", [*OWNED_BY, "paused_on"], OWNED),
    ("ix_card_centre_id_status_delivery_id", "card", ["centre_id", "status", "delivery", "id"], None),
)
OLD: tuple[Index, ...] = (
    ("ix_audit_entry_at", "audit_entry", ["at"], None),
    ("ix_audit_entry_action_id", "audit_entry", ["action", "id"], None),
    ("ix_audit_entry_subject_type_subject_ref_id", "audit_entry", ["subject_type", "subject_ref", "id"], None),
    ("ix_audit_entry_actor_id_id", "audit_entry", ["actor_id", "id"], None),
    ("ix_loss_report_centre_id_status_id", "loss_report", ["centre_id", "status", "id"], None),
    ("ix_application_status_queue", "application", BY_STATUS, None),
    ("ix_application_running", "application", RUNNING, NOT_PAUSED),
    ("ix_application_is_open_received_on_id", "application", ["is_open", "received_on", "id"], None),
    ("ix_application_owner_id_is_open_due_on_id", "application", OWNED_BY, OWNED),
)
REFERENCE = "CONSTRAINT fk_card_centre_id_centre REFERENCES centre (id)"
FOLLOW = "UPDATE card SET centre_id = NEW.centre_id WHERE application_id = NEW.id;"
TRIGGER_ON_SQLITE = (
    "CREATE TRIGGER application_centre_to_cards AFTER UPDATE OF centre_id ON application "
    f"WHEN NEW.centre_id <> OLD.centre_id BEGIN {FOLLOW} END"
)
TRIGGER_ON_POSTGRESQL = (
    f"CREATE FUNCTION application_centre_to_cards() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {FOLLOW} RETURN NULL; END $$",
    "CREATE TRIGGER application_centre_to_cards AFTER UPDATE OF centre_id ON application FOR EACH ROW "
    "WHEN (NEW.centre_id <> OLD.centre_id) EXECUTE FUNCTION application_centre_to_cards()",
)


def upgrade() -> None:
    _cards_get_centres()
    _replace(OLD, NEW)


def downgrade() -> None:
    _replace(NEW, OLD)
    op.execute("DROP TRIGGER application_centre_to_cards" + ("" if _is_sqlite() else " ON application"))
    if not _is_sqlite():
        op.execute("DROP FUNCTION application_centre_to_cards()")
    op.execute("ALTER TABLE card DROP COLUMN centre_id")


def _replace(old: tuple[Index, ...], new: tuple[Index, ...]) -> None:
    for name, table, _columns, _where in old:
        op.drop_index(name, table)
    for name, table, columns, where in new:
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _cards_get_centres() -> None:
    kind = "INTEGER" if _is_sqlite() else "BIGINT"
    op.execute(f"ALTER TABLE card ADD COLUMN centre_id {kind} {REFERENCE}")
    op.execute("UPDATE card SET centre_id = (SELECT centre_id FROM application WHERE application.id = card.application_id)")
    if _is_sqlite():
        _declare_not_null()
        op.execute(TRIGGER_ON_SQLITE)
        return
    op.execute("ALTER TABLE card ALTER COLUMN centre_id SET NOT NULL")
    for statement in TRIGGER_ON_POSTGRESQL:
        op.execute(statement)


def _declare_not_null() -> None:
    # SQLite cannot add NOT NULL to a column, and parcels point to this table, so that it cannot be copied here.
    # What does not touch stored rows may be written into the schema itself (sqlite.org/lang_altertable.html).
    connection = op.get_bind()
    declared: str = connection.scalar(text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'card'"))
    before, after = f"centre_id INTEGER {REFERENCE}", f"centre_id INTEGER NOT NULL {REFERENCE}"
    if declared.count(before) != 1:
        raise RuntimeError("card is not declared as expected")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    change = text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = 'card'")
    connection.execute(change, {"sql": declared.replace(before, after)})
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")
