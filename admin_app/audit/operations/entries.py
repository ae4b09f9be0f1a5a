"""Record an action in the same transaction as the action itself."""

import json
from typing import Any

from admin_app.audit import rules
from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock, origin
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import WriteRefused, db, in_transaction

LONGEST_FACTS = 100_000
"""Characters of an entry's facts as JSON; more is no fact but a file, and refused with the action."""


def record(
    action: str,
    subject_type: str,
    subject_ref: str,
    *,
    by: Actor,
    case_ref: str | None = None,
    outcome: str = "done",
    reason: str | None = None,
    changes: dict[str, Any] | None = None,
    about: int | None = None,
) -> AuditEntry:
    """Append one entry to the log; it stands or falls with the open transaction (WriteRefused outside of one).

    `about` is the number of the resident whom it is about: the reason, and facts that identify, are sealed under their key (ADR 0049).
    """
    if not in_transaction():
        raise WriteRefused("an audit entry belongs to the transaction of its action")
    if action in rules.ACTIONS and subject_type != rules.subject_type_of(action):
        raise ValueError(f"{action} is recorded of a {rules.subject_type_of(action)}, not of a {subject_type}")
    if len(json.dumps(changes)) > LONGEST_FACTS:
        raise ValueError(f"the facts of {action} are too long for an entry of the log")
    entry = AuditEntry(
        at=clock.now(),
        actor_kind=str(by.kind),
        actor_id=by.id,
        actor_name=by.display_name,
        actor_role=str(by.role),
        action=action,
        subject_type=subject_type,
        subject_ref=subject_ref,
        case_ref=case_ref,
        outcome=outcome,
        reason=reason[:500] if reason else None,
        changes=changes or {},
        origin=origin.address.get(),
        request_id=origin.request_id.get(),
    )
    identifying = rules.IDENTIFYING.intersection(entry.changes_stored)
    if entry.reason_stored or identifying:
        if about is not None:
            entry.seal(about, identifying)
        elif subject_type in rules.ABOUT_RESIDENTS:
            raise ValueError(f"{action} has words about a resident: say whom, so that they can be erased")
    db.session.add(entry)
    return entry
