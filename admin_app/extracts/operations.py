"""A copy of everything about one resident leaves the house: only with an entry in the log."""

from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.audit import operations as audit
from admin_app.extracts import queries
from admin_app.foundation.actor import Actor
from admin_app.foundation.errors import NotAllowed
from admin_app.foundation.typed_text import texts
from admin_app.residents.models import Resident
from admin_app.staff.permissions import verb


@verb("extracts.make")
def make(resident: Resident, *, reason: str, by: Actor) -> dict[str, list[dict[str, Any]]]:
    """Everything about the resident; the door commits (and with it the entry in the log) before it shows anything.

    Raises texts.TextRefused, and NotAllowed for whoever works for one centre: the copy is of the whole office.
    """
    reason = texts.reason(reason)
    if by.centre_id is not None:
        raise NotAllowed(_l("A copy holds cases of every centre: somebody who works for the whole office makes it."))
    found = queries.everything(resident)
    counts = {part: len(records) for part, records in found.items()}
    audit.record("extracts.made", "resident", resident.public_id, by=by, reason=reason, changes={"records": counts})
    return found
