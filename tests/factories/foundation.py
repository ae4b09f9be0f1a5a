"""Stored files and jobs."""

import itertools
from typing import Any

from admin_app.foundation import clock
from admin_app.foundation.database import new_public_id
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage.models import StoredFile
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
