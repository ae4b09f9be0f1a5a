"""Backups and restores stand in the log: when, by whom on the machine, how much; never where to."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from admin_app.audit import operations as audit
from admin_app.audit.models import AuditEntry
from admin_app.backup.archive import Made
from admin_app.foundation import clock, origin
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import transaction

PLACE = "command line"
MADE, RESTORED = "system.backed_up", "system.restored"
SUBJECT = ("system", "backup")


def note_backup(made: Made, target: Path) -> None:
    """Enter a backup that is whole into the office's log."""
    origin.address.set(PLACE)
    facts = {
        "rows": made.rows,
        "files": made.objects,
        "bytes": target.stat().st_size,
        "newest_seal": made.newest_seal,
        "lost": len(made.lost),
    }
    with transaction():
        audit.record(MADE, *SUBJECT, by=SYSTEM, changes=facts | {"lost": len(made.lost), "login": origin.login()})


def note_restore(manifest: dict[str, Any], connection: Connection) -> None:
    """Enter a restore into the log of the restored office, before anybody works there."""
    kind, reference = SUBJECT
    rows = sum(table["rows"] for table in manifest["tables"].values())
    facts = {"made_at": manifest["made_at"], "rows": rows, "files": manifest["objects"], "login": origin.login()}
    entry = {
        "at": clock.now(), "actor_kind": str(SYSTEM.kind), "actor_id": None, "actor_name": SYSTEM.display_name, "actor_role": SYSTEM.role,
        "action": RESTORED, "subject_type": kind, "subject_ref": reference, "outcome": "done", "changes": facts, "origin": PLACE,
    }  # fmt: skip
    connection.rollback()  # what was read to check it, in a stream
    with connection.begin():
        connection.execute(insert(AuditEntry.__table__), entry, execution_options={"stream_results": False})  # type: ignore[arg-type]
