"""While a case waits for its resident: remind them, complete it, or let it lapse when the day that was set is over."""

from datetime import date, datetime, time, timedelta
from typing import Any

from admin_app.applications import queries, rules
from admin_app.applications.models import Application, Decision, DecisionReason
from admin_app.applications.operations import moves
from admin_app.applications.operations.claims import FREE
from admin_app.applications.operations.decisions import working_days_taken
from admin_app.applications.operations.intake import refuse_missing
from admin_app.applications.queries import waiting
from admin_app.applications.rules import DecisionKind, Status
from admin_app.centres import queries as centres
from admin_app.foundation import clock
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.database import db
from admin_app.foundation.typed_text import texts
from admin_app.staff.permissions import is_allowed, verb

LAPSE_BATCH = 100


@verb("applications.resume")
def resume(application: Application, *, version: int, by: Actor, reason: str = "") -> None:
    """The resident has brought what was asked for, to whichever counter: back to the reviewer who asked, else to the queue.

    Both deadlines move by the working days that the clock stood still. Where nothing was added or changed since the request, `reason`
    says why it goes back all the same (ReasonMissing). Raises MaterialsMissing, StaleVersion.
    """
    refuse_missing(application)
    why = None if waiting.is_answered(application) else texts.reason(reason)
    values, paused = _clock_goes_on(application, clock.today())
    facts = {"paused_working_days": paused}
    if _takes_it_back(application):
        held: dict[str, Any] = {"claimed_at": clock.now(), "lease_until": _end_of_next_working_day()}
        moves.move(application, "hand_back", by=by, version=version, reason=why, changes=facts, **values, **held)
    else:
        moves.move(application, "resume", by=by, version=version, reason=why, changes=facts, **values, **FREE)


def _clock_goes_on(application: Application, today: date) -> tuple[dict[str, Any], int]:
    """Columns of a case whose clock stands no more, and the working days for which it stood this time."""
    calendar = centres.calendar()
    ended = rules.stop(application.paused_on or today, today, calendar)
    paused = ended["days"]
    moved = {"due_on": calendar.add(application.due_on, paused), "statutory_on": calendar.add(application.statutory_on, paused)}
    return moved | rules.counted(application, calendar, ended=ended) | {"paused_on": None}, paused


def _takes_it_back(application: Application) -> bool:
    """Whether the reviewer who asked still works here and could decide the case."""
    owner = application.owner
    if owner is None or not owner.active or owner.id == application.taken_by_id:
        return False
    return is_allowed(owner.actor, "applications.approve") and queries.sees(owner.actor, application)


def _end_of_next_working_day() -> datetime:
    """Until then a case that came back stays with its reviewer, who may be away when the resident comes."""
    last = centres.calendar().add(clock.today(), 1)
    return datetime.combine(last + timedelta(days=1), time(), clock.office_zone())


@verb("applications.note_reminder")
def note_reminder(application: Application, *, how: str, version: int, by: Actor) -> None:
    """Note that somebody reminded the resident, and how: the case leaves the list of those to remind.

    Raises ReasonMissing, StaleVersion.
    """
    how = texts.reason(how, field="how")
    if application.status != Status.NEEDS_INFORMATION:
        raise moves.refused(application, version)
    moves.touch(application, version, reminded_on=clock.today())
    moves.record(application, "applications.reminded", by=by, reason=how)


@verb("applications.remind_due")
def remind_due(*, by: Actor = SYSTEM, limit: int = LAPSE_BATCH) -> int:
    """Remind the residents whose last day is near and who brought nothing; returns how many. Their letters follow by themselves.

    Once for each request: whom somebody of the office reminded before is not reminded again. Repeating it does no harm.
    """
    due = waiting.due_to_be_reminded(limit=limit)
    for application in due:
        moves.touch(application, application.version, reminded_on=clock.today())
        moves.record(application, "applications.reminded", by=by)
    return len(due)


@verb("applications.lapse_due")
def lapse_due(*, by: Actor = SYSTEM, limit: int = LAPSE_BATCH) -> int:
    """Reject, for one coded reason, the cases whose residents brought nothing by the day that was set; returns how many.

    A supervisor can reopen each as any other rejection. Repeating it does no harm.
    """
    due = waiting.due_to_lapse(limit=limit)
    for application in due:
        _lapse(application, by=by)
    return len(due)


def _lapse(application: Application, *, by: Actor) -> None:
    now, today = clock.now(), clock.today()
    values, paused = _clock_goes_on(application, today)
    decided: dict[str, Any] = {
        "decided_at": now, "decided_on": today, "decided_in_days": working_days_taken(application, values["paused_days"]),
    }  # fmt: skip
    facts = {"reasons": [rules.LAPSE_REASON], "paused_working_days": paused}
    moves.move(application, "lapse", by=by, changes=facts, **values, **decided, **FREE)
    code = waiting.lapse_reason()
    reasons = [DecisionReason(reason_code_id=code.id)] if code is not None else []
    db.session.add(
        Decision(application_id=application.id, kind=str(DecisionKind.REJECT), note="", decided_at=now, decided_on=today, reasons=reasons)
    )
