"""A decision is taken back within its window: the case is as it was before, the decision never counted, nothing that follows it happens."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select

from admin_app.applications.models import Application, Decision, DecisionReason, Recommendation
from admin_app.applications.operations import claims, moves, unsaved
from admin_app.applications.rules import DecisionKind, Status
from admin_app.foundation import reactions
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict
from admin_app.foundation.undo import operations as undo
from admin_app.foundation.undo.models import UndoWindow
from admin_app.staff.permissions import verb

UNDECIDED: dict[str, Any] = {"decided_by_id": None, "decided_at": None, "decided_on": None, "decided_in_days": None}
FIELDS = {DecisionKind.REJECT: "reject_reasons", DecisionKind.REQUEST_INFORMATION: "request_reasons"}
"""Where the form keeps the coded reasons of a decision."""


def take_back(found: UndoWindow, who: Actor) -> None:
    """What the window of a decision does when it is used."""
    take_back_decision(db.session.get_one(Application, found.subject_id, populate_existing=True), found, by=who)


@verb("applications.take_back")
def take_back_decision(application: Application, found: UndoWindow, *, by: Actor) -> None:
    """The case is with `by` again, undecided; note and reasons stand in the form again. Raises OvertakenBySomebody or WindowClosed."""
    given = _decision_of(application, by)
    if given is None or application.version != found.version:
        raise undo.overtaken(found)
    undo.strike(found, reactions.keys_of(found.action, application))
    claimed = found.before["claimed_at"]
    held: dict[str, Any] = {"owner_id": by.staff_id, "lease_until": claims.lease_end()}
    held["claimed_at"] = datetime.fromtimestamp(claimed, UTC) if claimed else None
    back = "take_back_second" if found.before["was"] == Status.RECOMMENDED else "take_back"
    facts = {"decision": given.kind}
    try:
        moves.move(application, back, by=by, version=found.version, changes=facts, paused_on=None, **held, **UNDECIDED)
    except Conflict:
        raise undo.overtaken(found) from None
    _forget(application, given, by)


def _decision_of(application: Application, by: Actor) -> Decision | None:
    latest = select(Decision).where(Decision.application_id == application.id).order_by(Decision.id.desc()).limit(1)
    given = db.session.scalar(latest)
    return given if given is not None and by.is_staff_member(given.decided_by_id) else None


def _forget(application: Application, given: Decision, by: Actor) -> None:
    """The decision never counted: the log alone tells of it. What was typed for it is kept for whoever typed it."""
    kept: dict[str, Any] = {"note": given.note, "kind": given.kind}
    if given.kind in FIELDS:
        kept[FIELDS[DecisionKind(given.kind)]] = [reason.reason_code.code for reason in given.reasons]
    for table, condition in ((DecisionReason, DecisionReason.decision_id == given.id), (Decision, Decision.id == given.id)):
        db.session.execute(delete(table).where(condition).execution_options(synchronize_session=False))
    db.session.expire(application, ["decisions"])
    answered = select(Recommendation).where(Recommendation.application_id == application.id).order_by(Recommendation.id.desc()).limit(1)
    if application.status == Status.RECOMMENDED and (recommendation := db.session.scalar(answered)) is not None:
        recommendation.answer = recommendation.answered_by_id = recommendation.answered_at = None
        recommendation.answer_note = ""
    unsaved.keep_unsaved(application, kept, by=by)
