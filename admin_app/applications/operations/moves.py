"""The status machine of applications (foundation/status_machine.py), and what is said when a move cannot be."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.queries.missing import needs_of
from admin_app.audit import operations as audit
from admin_app.foundation import clock
from admin_app.foundation.errors import Conflict, StaleVersion
from admin_app.foundation.status_machine import Machine, Subject


class AlreadyDecided(Conflict):
    """The case was closed before this came."""


def _what_follows(application: Application, target: rules.Status, values: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the case is open, whether an answer is still due.

    A case that closes keeps what it needed (ADR 0011), one that is reopened follows the table.
    """
    derived: dict[str, Any] = {"is_open": target in rules.OPEN}
    if target != rules.Status.NEEDS_INFORMATION:
        derived |= {"answer_by": None, "answer_in": None, "reminded_on": None}
    if target not in rules.CLOSED:
        return derived | {"closed_materials": None, "closed_originals": None}
    if "closed_materials" in values:
        return derived
    return derived | rules.kept(needs_of(application))


def _refusal(application: Application, version: int | None) -> Conflict:
    """Why the write cannot be: the case is decided, was changed by somebody, or stands where this verb does not apply."""
    if application.status in rules.CLOSED:
        return AlreadyDecided(_decided_text(application), status=application.status)
    if version is not None and application.version != version:
        return StaleVersion(_changed_text(application), version=application.version)
    label = rules.STATUS_LABELS[rules.Status(application.status)]
    return Conflict(_l("This cannot be done while the case is “%(status)s”. Nothing was changed.", status=label))


def _decided_text(application: Application) -> Any:
    label = rules.STATUS_LABELS[rules.Status(application.status)]
    if application.decided_by is None or application.decided_at is None:
        return _l("This case is already closed (%(status)s). Nothing of yours was changed.", status=label)
    return _l(
        "%(who)s already decided this case at %(when)s: %(status)s. Nothing of yours was changed.",
        who=application.decided_by.name_shown, when=at(application.decided_at), status=label,
    )  # fmt: skip


def _changed_text(application: Application) -> Any:
    owner = application.owner
    if owner is None:
        return _l("The case has changed since you opened it. Nothing of yours was saved over it.")
    return _l("The case has changed since you opened it; it is now with %(who)s. Nothing of yours was saved over it.", who=owner.name_shown)


def at(moment: Any) -> str:
    """A moment on the office's clock, the same in both languages: 2026-11-22 14:05."""
    return clock.to_office(moment).strftime("%Y-%m-%d %H:%M")


MACHINE: Machine[Application] = Machine(
    Application,
    moves=rules.MOVES,
    past=rules.PAST,
    subject=lambda application: Subject("application", application.reference, application.public_id, application.resident_id),
    refusal=_refusal,
    record=audit.record,
    derived=_what_follows,
)
move, touch, record, refused = MACHINE.move, MACHINE.touch, MACHINE.record, MACHINE.refused
