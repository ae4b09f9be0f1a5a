"""Decisions on a case: approve, reject, ask for information, reopen."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications import queries, rules
from admin_app.applications.models import Application, Decision, DecisionReason, ReasonCode
from admin_app.applications.operations import claims, moves
from admin_app.applications.operations.verdicts import ReasonRequired
from admin_app.applications.queries.missing import Missing
from admin_app.centres import queries as centres
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import DomainError
from admin_app.foundation.typed_text import texts
from admin_app.staff.permissions import verb

NOTE_LENGTH = 500
REOPEN_DAYS = 30
"""A rejection can be reopened for this many days."""


class NotReady(DomainError):
    """The case cannot be approved yet; `missing` says why."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__(_l("The case cannot be approved yet. Nothing was changed."))
        self.missing = missing


@verb("applications.approve")
def approve(application: Application, *, by: Actor, version: int | None = None, note: str = "") -> Decision:
    """Approve; what follows an approval (menu.py: the request for the card) leaves in the same transaction.

    Raises NotReady with what is missing, AlreadyDecided, StaleVersion, ClaimLost, OwnIntake, NotAllowed.
    """
    _require_decider(application, by, version)
    lines = queries.checklist(application)
    missing = queries.what_is_missing(application, lines)
    if missing:
        raise NotReady(missing)
    required = [str(line.material) for line in lines if line.is_required]
    moves.move(application, "approve", by=by, version=version, closed_materials=required, **_closing(application, by))
    return _record(application, rules.DecisionKind.APPROVE, [], note, by=by)


@verb("applications.reject")
def reject(application: Application, *, by: Actor, reasons: Sequence[str], version: int | None = None, note: str = "") -> Decision:
    """Reject for coded reasons (at least one; the case shows their texts to the counter)."""
    _require_decider(application, by, version)
    codes = _codes("reject", reasons)
    facts = {"reasons": [code.code for code in codes]}
    moves.move(application, "reject", by=by, version=version, changes=facts, **_closing(application, by))
    return _record(application, rules.DecisionKind.REJECT, codes, note, by=by)


@verb("applications.request_information")
def request_information(
    application: Application, *, by: Actor, reasons: Sequence[str], version: int | None = None, note: str = ""
) -> Decision:
    """Ask the resident for something, by coded reasons; the clock stops today and the case stays with its owner."""
    _require_decider(application, by, version)
    codes = _codes("request_information", reasons)
    facts = {"reasons": [code.code for code in codes]}
    moves.move(application, "request_information", by=by, version=version, changes=facts, paused_on=clock.today(), lease_until=None)
    return _record(application, rules.DecisionKind.REQUEST_INFORMATION, codes, note, by=by)


@verb("applications.reopen")
def reopen(application: Application, *, by: Actor, reason: str, version: int | None = None) -> None:
    """Take a rejection back into review (supervisors, within REOPEN_DAYS); the case is then with `by`, with a new promise.

    Raises NotAllowed, OwnIntake, ReasonMissing, DomainError after the time limit, Conflict where nothing was rejected.
    """
    claims.refuse_own_intake(application, by)
    reason = texts.reason(reason)
    today = clock.today()
    if application.decided_on is not None and application.decided_on + timedelta(days=REOPEN_DAYS) < today:
        raise DomainError(_l("A rejection can be reopened for %(days)s days; this one is older.", days=REOPEN_DAYS))
    due = centres.calendar().add(today, settings.current().promised_days)
    moves.move(
        application, "reopen", by=by, version=version, reason=reason, due_on=due, decided_by_id=None, decided_at=None,
        decided_on=None, decided_in_days=None, owner_id=by.staff_id, claimed_at=clock.now(), lease_until=claims.lease_end(),
    )  # fmt: skip


def _require_decider(application: Application, by: Actor, version: int | None) -> None:
    claims.require_hold(application, by=by)
    if version is not None and version != application.version:
        raise moves.refused(application, version)


def _closing(application: Application, by: Actor) -> dict[str, Any]:
    return {
        "decided_by_id": by.staff_id,
        "decided_at": clock.now(),
        "decided_on": clock.today(),
        "decided_in_days": days_taken(application),
    } | claims.FREE


def days_taken(application: Application) -> int:
    """Working days from submission until today, without those on which the clock stood still."""
    start = clock.to_office(application.submitted_at).date() if application.submitted_at else application.received_on
    return max(0, centres.calendar().between(start, clock.today()) - application.paused_days)


def _codes(kind: str, reasons: Sequence[str]) -> list[ReasonCode]:
    wanted = list(dict.fromkeys(reasons))
    found = queries.reason_codes(kind, wanted)
    if not found or len(found) != len(wanted):
        raise ReasonRequired(_l("Please choose at least one reason from the list."))
    return found


def _record(application: Application, kind: rules.DecisionKind, codes: list[ReasonCode], note: str, *, by: Actor) -> Decision:
    note = texts.block(note, most=NOTE_LENGTH, field="note")
    made = Decision(
        application_id=application.id, kind=str(kind), note=note, decided_by_id=by.staff_id, decided_at=clock.now(),
        decided_on=clock.today(), reasons=[DecisionReason(reason_code_id=code.id) for code in codes],
    )  # fmt: skip
    db.session.add(made)
    return made
