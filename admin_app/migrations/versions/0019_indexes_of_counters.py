"""Drafts and waiting cases of a counter, and what nobody holds, are found in an index, however many cases there are."""

from typing import Any

from alembic import op
from sqlalchemy import text

revision = "0019_indexes_of_counters"
down_revision = "0018_read_notes"

NOT_PAUSED = text("paused_on IS NULL")
BY_STATUS = ["status", "due_on", "id", "reason", "channel", "paused_on", "centre_id"]
BY_DUE = ["is_open", "due_on", "id", "paused_on"]
RUNNING = [*BY_DUE, "centre_id", "reason", "channel"]
Index = tuple[str, list[str], Any]
NEW: tuple[Index, ...] = (
    ("ix_application_drafts", ["taken_by_id", "id"], text("status = 'draft'")),
    ("ix_application_waiting", ["centre_id", "id"], text("status = 'needs_information'")),
    ("ix_application_is_open_due_on_id_paused_on_owner_id", [*BY_DUE, "owner_id"], None),
    ("ix_application_status_queue", [*BY_STATUS, "owner_id"], None),
    ("ix_application_running", [*RUNNING, "owner_id"], NOT_PAUSED),
)
OLD: tuple[Index, ...] = (
    ("ix_application_is_open_due_on_id_paused_on", BY_DUE, None),
    ("ix_application_status_queue", BY_STATUS, None),
    ("ix_application_running", RUNNING, NOT_PAUSED),
)


def upgrade() -> None:
    _replace(OLD, NEW)


def downgrade() -> None:
    _replace(NEW, OLD)


def _replace(old: tuple[Index, ...], new: tuple[Index, ...]) -> None:
    for name, _columns, _where in old:
        op.drop_index(name, "application")
    for name, columns, where in new:
        op.create_index(name, "application", columns, sqlite_where=where, postgresql_where=where)
