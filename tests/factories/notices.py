"""Notices to residents."""

import itertools
from typing import Any

from admin_app.applications.models import Application
from admin_app.foundation import clock
from admin_app.notices.models import Notice
from tests.factories.saving import save

_numbers = itertools.count(1)


def make_notice(case: Application, kind: str = "ready", **changes: Any) -> Notice:
    """Add a letter about the case that waits to be printed."""
    resident, key = case.resident, f"{kind}:{case.public_id}:{next(_numbers)}:{changes.get('channel', 'letter')}"
    values = {
        "dedupe_key": key, "resident_id": resident.id, "centre_id": case.centre_id,
        "case_ref": case.public_id, "reference": case.reference, "kind": kind, "channel": "letter", "language": "zh", "template": kind,
        "template_version": 1, "words": "社会保障卡领取通知\n\n请到网点领取。", "recipient": f"310012\n{resident.address}\n{resident.name}",
        "status": "waiting", "written_at": clock.now(),
    }  # fmt: skip
    return save(Notice(**(values | changes)))
