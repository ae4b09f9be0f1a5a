"""Stored files, jobs and windows in which something can be taken back."""

import itertools
from datetime import timedelta
from typing import Any

from admin_app.foundation import clock
from admin_app.foundation.database import new_public_id
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.undo.models import UndoWindow
from tests.factories.saving import save

_numbers = itertools.count(1)


def make_file(**changes: Any) -> StoredFile:
    """Add the row of a stored file (no object behind it)."""
    values = {
        "sha256": new_public_id() * 2, "kind": "jpeg", "media_type": "image/jpeg", "size_bytes": 1000, "width": 358, "height": 441,
        "pages": 1, "original_name": "scan.jpg",
    }  # fmt: skip
    return save(StoredFile(**(values | changes)))


def make_job(**changes: Any) -> Job:
    """Add the row of a job that is done; nothing runs it."""
    name = f"none-{next(_numbers)}"
    return save(Job(**({"name": "none", "dedupe_key": name, "created_at": clock.now(), "status": "done"} | changes)))


def copied_job(job: Job) -> Job:
    """The job as a worker has it in hand: a row of no session."""
    return Job(**{name: getattr(job, name) for name in ("id", "public_id", "name", "arguments", "attempts", "created_by_id")})


def make_window(**changes: Any) -> UndoWindow:
    """Add a window that is open for ten seconds, of the member of staff who comes first."""
    now = clock.now()
    values = {"action": "tests.moved", "subject_ref": "", "staff_id": 1, "opened_at": now, "closes_at": now + timedelta(seconds=10)}
    return save(UndoWindow(**(values | changes)))


def used_window(row: Any, by: Any) -> UndoWindow:
    """Add a window of the row as it stands that was just used: the database lets it move back."""
    now = clock.now()
    of_row = {"subject_kind": row.__tablename__, "subject_id": row.id, "version": row.version}
    return make_window(**of_row, staff_id=by.id, opened_at=now, closes_at=now, taken_back_at=now)
