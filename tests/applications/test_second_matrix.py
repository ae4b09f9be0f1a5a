"""State × command × role × own hand in the case: what operations and pages answer, against one table of expectations."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.applications.operations import decisions
from admin_app.applications.queries.snapshot import snapshot
from admin_app.applications.rules import DecisionKind
from admin_app.applications.views import case_page
from admin_app.centres.models import Centre
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import DomainError
from admin_app.staff.models import StaffMember
from tests.applications.hands import HANDS
from tests.factories.applications import held_by, make_ready_case, make_recommended_case

DONE, FORBIDDEN, CONFLICT, ASKS_TWO = 302, 403, 409, 422
STATES = ("plain", "proxy", "recommended")
HANDS_AND_NONE = ("none", *HANDS)
COMMANDS = ("approve", "reject", "recommend_approval", "recommend_rejection", "send_back")
DECIDERS = ("reviewer", "supervisor")


def expected(state: str, command: str, hand: str) -> int:
    """What somebody who decides and holds the case is answered."""
    if state == "recommended":
        if command.startswith("recommend"):
            return CONFLICT
        return DONE if hand == "none" else FORBIDDEN
    if command == "send_back":
        return CONFLICT
    if hand == "intake":
        return FORBIDDEN
    needs_two = hand != "none" or (state == "proxy" and command in ("approve", "recommend_approval"))
    if command.startswith("recommend"):
        return DONE if needs_two else CONFLICT
    return ASKS_TWO if needs_two else DONE


def make_case(state: str, hand: str, me: StaffMember, clerk: StaffMember, other: StaffMember, centre: Centre) -> Application:
    """A case in `state` that `me` holds and has had `hand` in; everything is there that an approval needs."""
    if state == "recommended":
        case = make_recommended_case(clerk, other, centre, **held_by(me, status="recommended"))
    else:
        proxy = {"applicant": "proxy", "agent_name": "赵敏"} if state == "proxy" else {}
        case = make_ready_case(clerk, me, centre, **proxy)
    if hand in HANDS:
        HANDS[hand](case, me)
    db.session.expire_all()
    return case


def combinations() -> Iterator[tuple[str, str, str]]:
    """Every (state, command, hand)."""
    for state in STATES:
        for command in COMMANDS:
            for hand in HANDS_AND_NONE:
                yield state, command, hand


def operate(case: Application, command: str, me: StaffMember, state: str) -> None:
    """The operation that the page calls for this command in this state."""
    is_second = state == "recommended"
    if command == "approve":
        (decisions.approve_second if is_second else decisions.approve)(case, by=me)
    elif command == "reject":
        (decisions.reject_second if is_second else decisions.reject)(case, by=me, reasons=["not_entitled"])
    elif command == "send_back":
        decisions.send_back(case, by=me, reason="look again")
    else:
        outcome = DecisionKind.APPROVE if command == "recommend_approval" else DecisionKind.REJECT
        decisions.recommend(case, outcome, by=me, why="all in order", reasons=["not_entitled"])


def answer_of(case: Application, command: str, me: StaffMember, state: str) -> int:
    """How a page would answer what the operation says."""
    try:
        with transaction():
            operate(case, command, me, state)
    except DomainError as refused:
        return refused.status
    return DONE


def form_of(case: Application, command: str) -> dict[str, Any]:
    """The decision form with everything that any command needs."""
    carried = {"version": case.version, "seen": case_page.seal(snapshot(case)), "view": ""}
    return carried | {"kind": command, "why": "all in order", "reject_reason": ["not_entitled"]}


@pytest.mark.parametrize("role", DECIDERS)
def test_operations_answer_as_the_table_says(
    role: str, clerk: StaffMember, colleague: StaffMember, centre: Centre, make_staff: Callable[..., StaffMember]
) -> None:
    me = make_staff(role, username="me")
    found = {
        (state, command, hand): answer_of(make_case(state, hand, me, clerk, colleague, centre), command, me, state)
        for state, command, hand in combinations()
    }
    assert found == {one: expected(*one) for one in combinations()}


@pytest.mark.about_pages
@pytest.mark.parametrize("role", DECIDERS)
def test_pages_answer_as_the_table_says(
    role: str, clerk: StaffMember, colleague: StaffMember, centre: Centre, make_staff: Callable[..., StaffMember], sign_in: Any
) -> None:
    me = make_staff(role, username="me")
    browser: FlaskClient = sign_in(me)
    found = {}
    for state, command, hand in combinations():
        case = make_case(state, hand, me, clerk, colleague, centre)
        answer = browser.post(f"/applications/{case.reference}/decide", data=form_of(case, command))
        found[state, command, hand] = answer.status_code
    assert found == {one: expected(*one) for one in combinations()}


@pytest.mark.parametrize("role", ["intake_clerk", "mailroom_clerk", "auditor", "administrator"])
def test_other_roles_are_refused_every_command_in_every_state(
    role: str, clerk: StaffMember, colleague: StaffMember, centre: Centre, make_staff: Callable[..., StaffMember], sign_in: Any
) -> None:
    me = make_staff(role, username="me", centre=centre if role == "intake_clerk" else None)
    browser: FlaskClient = sign_in(me)
    for state in STATES:
        case = make_case(state, "none", me, clerk, colleague, centre)
        for command in COMMANDS:
            assert answer_of(case, command, me, state) == FORBIDDEN
            assert browser.post(f"/applications/{case.reference}/decide", data=form_of(case, command)).status_code == FORBIDDEN


def test_control_the_table_tells_hands_and_states_apart() -> None:
    answers = {hand: [expected(state, command, hand) for state in STATES for command in COMMANDS] for hand in HANDS_AND_NONE}
    assert answers["none"] != answers["paper"] != answers["intake"]
    assert {answer for found in answers.values() for answer in found} == {DONE, FORBIDDEN, CONFLICT, ASKS_TWO}
