"""Decisions on a case: approve, reject, ask for information, reopen; where two people must decide, recommend and the second decision."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications import queries
from admin_app.applications.models import Application, Decision, DecisionReason, ReasonCode, Recommendation
from admin_app.applications.operations import claims, moves
from admin_app.applications.operations.verdicts import ReasonRequired
from admin_app.applications.queries import portraits, second
from admin_app.applications.queries.missing import Missing
from admin_app.applications.rules import PAST, REOPEN_DAYS, DecisionKind, Need, SecondRule, Status, kept
from admin_app.centres import queries as centres
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.i18n import pick
from admin_app.foundation.typed_text import texts
from admin_app.foundation.undo import operations as undo
from admin_app.staff.permissions import verb

NOTE_LENGTH = 500
RECOMMEND = {DecisionKind.APPROVE: "recommend_approval", DecisionKind.REJECT: "recommend_rejection"}


class NotReady(DomainError):
    """The case cannot be approved yet; `missing` says why."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__(_l("The case cannot be approved yet. Nothing was changed."))
        self.missing = missing


class SecondPersonNeeded(DomainError):
    """One person may not decide this alone; `rules` (of rules.SecondRule) ask for a second one."""

    def __init__(self, asked: tuple[SecondRule, ...]) -> None:
        super().__init__(_l("A second person must decide this case: recommend your decision. Nothing was changed."))
        self.rules = asked


class NobodyAsked(Conflict):
    """No rule asks for a second person: the first one decides."""


class AgainstRecommendation(Conflict):
    """An approval that only one of two people wants."""


@verb("applications.approve")
def approve(application: Application, *, by: Actor, version: int | None = None, note: str = "") -> Decision:
    """Approve; what follows an approval (menu.py: the request for the card) is written down in the same transaction.

    Raises NotReady with what is missing, SecondPersonNeeded, AlreadyDecided, StaleVersion, ClaimLost, OwnIntake, NotAllowed.
    """
    _require_decider(application, by, version)
    _refuse_alone(application, DecisionKind.APPROVE, by)
    return _approve(application, by=by, version=version, note=note)


@verb("applications.reject")
def reject(application: Application, *, by: Actor, reasons: Sequence[str], version: int | None = None, note: str = "") -> Decision:
    """Reject for coded reasons (at least one; the case shows their texts to the counter). Raises SecondPersonNeeded and as approve()."""
    _require_decider(application, by, version)
    _refuse_alone(application, DecisionKind.REJECT, by)
    return _reject(application, by=by, reasons=reasons, version=version, note=note)


@verb("applications.recommend")
def recommend(
    application: Application,
    outcome: DecisionKind,
    *,
    by: Actor,
    why: str = "",
    reasons: Sequence[str] = (),
    version: int | None = None,
    note: str = "",
) -> Recommendation:
    """Recommend approval (`why` in words) or rejection (for coded reasons); the case then waits for a second person, held by nobody.

    Raises NobodyAsked where `by` may decide alone; else as approve() and reject(), and ReasonMissing.
    """
    _require_decider(application, by, version)
    asked = second.asking(application, by)[outcome]
    if not asked:
        raise NobodyAsked(_l("No rule asks for a second person here. Decide the case yourself; nothing was changed."))
    if outcome == DecisionKind.APPROVE:
        _ready_materials(application)
        codes, why = [], texts.reason(why, field="why")
    else:
        codes, why = _codes(application, "reject", reasons), ""
    made = Recommendation(
        application_id=application.id, outcome=str(outcome), why=why, note=texts.block(note, most=NOTE_LENGTH, field="note"),
        codes=[code.code for code in codes], asked_by=[str(rule) for rule in asked], recommended_by_id=by.staff_id,
        recommended_at=clock.now(),
    )  # fmt: skip
    facts = {"asked_by": made.asked_by} | ({"reasons": made.codes} if codes else {})
    stored: dict[str, Any] = {"recommended_by_id": by.staff_id, "recommendation": str(outcome)} | claims.FREE
    moves.move(application, RECOMMEND[outcome], by=by, version=version, reason=why or None, changes=facts, **stored)
    db.session.add(made)
    return made


@verb("applications.approve_second")
def approve_second(application: Application, *, by: Actor, version: int | None = None, note: str = "") -> Decision:
    """Approve what a colleague recommended for approval; what follows is what follows approve().

    Raises AgainstRecommendation where a rejection was recommended, NotReady, OwnPart, AlreadyDecided, StaleVersion, ClaimLost, OwnIntake.
    """
    answered = _waiting_for(application, by, version)
    if answered.outcome != DecisionKind.APPROVE:
        raise AgainstRecommendation(
            _l("A rejection was recommended, and an approval needs two people. Send the case back with your reason; nothing was changed.")
        )
    made = _approve(application, by=by, version=version, note=note)
    _answer(answered, "approve", made.note, by=by)
    return made


@verb("applications.reject_second")
def reject_second(application: Application, *, by: Actor, reasons: Sequence[str], version: int | None = None, note: str = "") -> Decision:
    """Reject for coded reasons, whatever a colleague recommended: of two people one who says no is enough. Raises as approve_second()."""
    answered = _waiting_for(application, by, version)
    made = _reject(application, by=by, reasons=reasons, version=version, note=note)
    _answer(answered, "reject", made.note, by=by)
    return made


@verb("applications.send_back")
def send_back(application: Application, *, by: Actor, reason: str, version: int | None = None, note: str = "") -> None:
    """Give the case back to whoever recommended, with a reason; the promised day stays. Raises as approve_second(), and ReasonMissing."""
    answered = _waiting_for(application, by, version)
    reason = texts.reason(reason)
    again: dict[str, Any] = {"owner_id": answered.recommended_by_id, "claimed_at": clock.now(), "lease_until": claims.lease_end()}
    moves.move(application, "send_back", by=by, version=version, reason=reason, **again)
    _answer(answered, "send_back", "\n".join(filter(None, (reason, texts.block(note, most=NOTE_LENGTH, field="note")))), by=by)


def _waiting_for(application: Application, by: Actor, version: int | None) -> Recommendation:
    _require_decider(application, by, version, status=Status.RECOMMENDED)
    found = second.open_recommendation(application)
    if found is None:
        raise moves.refused(application, version)
    return found


def _answer(recommendation: Recommendation, answer: str, note: str, *, by: Actor) -> None:
    recommendation.answer, recommendation.answered_by_id, recommendation.answered_at = answer, by.staff_id, clock.now()
    recommendation.answer_note = note


def _refuse_alone(application: Application, outcome: DecisionKind, by: Actor) -> None:
    if asked := second.asking(application, by)[outcome]:
        raise SecondPersonNeeded(asked)


def _ready_materials(application: Application) -> list[Need]:
    lines = queries.checklist(application)
    missing = queries.what_is_missing(application, lines)
    if missing:
        raise NotReady(missing)
    return [line.need for line in lines if line.is_required]


def _approve(application: Application, *, by: Actor, version: int | None, note: str) -> Decision:
    required = _ready_materials(application)
    with _that_can_be_taken_back(application, "approve", by):
        moves.move(application, "approve", by=by, version=version, **kept(required), **_closing(application, by))
    return _record(application, DecisionKind.APPROVE, [], note, by=by)


def _reject(application: Application, *, by: Actor, reasons: Sequence[str], version: int | None, note: str) -> Decision:
    codes = _codes(application, "reject", reasons)
    facts = {"reasons": [code.code for code in codes]}
    with _that_can_be_taken_back(application, "reject", by):
        moves.move(application, "reject", by=by, version=version, changes=facts, **_closing(application, by))
    return _record(application, DecisionKind.REJECT, codes, note, by=by)


@verb("applications.request_information")
def request_information(
    application: Application, *, by: Actor, reasons: Sequence[str], version: int | None = None, note: str = ""
) -> Decision:
    """Ask the resident for something, by coded reasons, until a day that is set now (setting answer_days).

    The clock stops today, and the case stays with its owner.
    """
    _require_decider(application, by, version)
    codes = _codes(application, "request_information", reasons)
    facts = {"reasons": [code.code for code in codes]}
    today = clock.today()
    asked: dict[str, Any] = {"paused_on": today, "lease_until": None, "reminded_on": None, "answer_in": settings.current().answer_days}
    asked["answer_by"] = centres.calendar().add(today, asked["answer_in"])
    with _that_can_be_taken_back(application, "request_information", by):
        moves.move(application, "request_information", by=by, version=version, changes=facts, **asked)
    return _record(application, DecisionKind.REQUEST_INFORMATION, codes, note, by=by)


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
    days = settings.current().promised_days
    anew: dict[str, Any] = {"clock_from": today, "promised_in": days, "due_on": centres.calendar().add(today, days)}
    moves.move(
        application, "reopen", by=by, version=version, reason=reason, decided_by_id=None, decided_at=None, decided_on=None,
        decided_in_days=None, owner_id=by.staff_id, claimed_at=clock.now(), lease_until=claims.lease_end(), **anew,
    )  # fmt: skip


def _require_decider(application: Application, by: Actor, version: int | None, status: Status = Status.IN_REVIEW) -> None:
    claims.require_hold(application, by=by, status=status)
    if version is not None and version != application.version:
        raise moves.refused(application, version)


@contextmanager
def _that_can_be_taken_back(application: Application, move: str, by: Actor) -> Iterator[None]:
    before = {"was": application.status, "claimed_at": application.claimed_at.timestamp() if application.claimed_at else None}
    yield
    undo.offer(application, PAST[move], ref=application.reference, before=before, by=by)


def _closing(application: Application, by: Actor) -> dict[str, Any]:
    return {
        "decided_by_id": by.staff_id,
        "decided_at": clock.now(),
        "decided_on": clock.today(),
        "decided_in_days": days_taken(application),
    } | claims.FREE


def days_taken(application: Application) -> int:
    """Working days from submission until today, without those on which the clock stood still."""
    return working_days_taken(application, application.paused_days)


def working_days_taken(application: Application, paused_days: int) -> int:
    """The same for a clock that stood still for `paused_days` in all."""
    start = clock.to_office(application.submitted_at).date() if application.submitted_at else application.received_on
    return max(0, centres.calendar().between(start, clock.today()) - paused_days)


def _codes(application: Application, kind: str, reasons: Sequence[str]) -> list[ReasonCode]:
    wanted = list(dict.fromkeys(reasons))
    found = queries.reason_codes(kind, wanted)
    if not found or len(found) != len(wanted):
        raise ReasonRequired(_l("Please choose at least one reason from the list."))
    for code in found:
        if not queries.is_true_of(code.code, application):
            raise ReasonRequired(_l("“%(reason)s” is not true of this case. Please choose another reason.", reason=pick(code, "text")))
    return found


def _record(application: Application, kind: DecisionKind, codes: list[ReasonCode], note: str, *, by: Actor) -> Decision:
    note = texts.block(note, most=NOTE_LENGTH, field="note")
    found = portraits.outside_of_case(application) if kind == DecisionKind.REQUEST_INFORMATION else []
    reasons = [DecisionReason(reason_code_id=code.id, findings=portraits.findings_for(code.code, found) or None) for code in codes]
    made = Decision(
        application_id=application.id, kind=str(kind), note=note, decided_by_id=by.staff_id, decided_at=clock.now(),
        decided_on=clock.today(), reasons=reasons,
    )  # fmt: skip
    db.session.add(made)
    return made
