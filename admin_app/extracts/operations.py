"""A copy of everything about one resident leaves the house: only with an entry in the log."""

from collections.abc import Mapping
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
def collect(resident: Resident, *, reason: str, by: Actor) -> dict[str, list[dict[str, Any]]]:
    """Everything about the resident, for a copy that make() puts into the log before it leaves.

    Raises texts.TextRefused, and NotAllowed for whoever works for one centre: the copy is of the whole office.
    """
    texts.reason(reason)
    if by.centre_id is not None:
        raise NotAllowed(_l("A copy holds cases of every centre: somebody who works for the whole office makes it."))
    return queries.everything(resident)


@verb("extracts.make")
def make(resident: Resident, found: Mapping[str, list[Any]], *, form: str, reason: str, by: Actor) -> None:
    """Enter a copy of what collect() found into the log; the door commits that before it shows anything."""
    changes = {"records": {part: len(records) for part, records in found.items()}, "form": form}
    reason = texts.reason(reason)
    audit.record("extracts.made", "resident", resident.public_id, by=by, reason=reason, changes=changes, about=resident.id)
