"""Two people decide: what the first one recommends, what the second one may do with it, and what is left behind."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from admin_app.applications.models import Application, Recommendation
from admin_app.applications.operations import claims, decisions, intake, verdicts
from admin_app.applications.operations.moves import AlreadyDecided
from admin_app.applications.queries import queue
from admin_app.applications.queries.queue_filter import QueueFilter
from admin_app.applications.rules import DecisionKind
from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, NotAllowed, StaleVersion
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.typed_text.texts import ReasonMissing
from admin_app.staff.models import StaffMember
from tests.applications.hands import HANDS
from tests.at_once import at_once
from tests.factories.applications import (
    held_by,
    make_application,
    make_ready_case,
    make_recommended_case,
)

APPROVE, REJECT = DecisionKind.APPROVE, DecisionKind.REJECT
PROXY = {"applicant": "proxy", "agent_name": "赵敏"}
EXPIRED = {"lease_until": clock.now() - timedelta(minutes=1)}


def taken(case: Application, by: StaffMember) -> Application:
    with transaction():
        claims.claim(case, by=by)
    return case


def actions(case: Application) -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.case_ref == case.public_id).order_by(AuditEntry.id)))


def test_one_person_does_not_approve_what_a_rule_asks_two_for(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre, **PROXY)
    with pytest.raises(decisions.SecondPersonNeeded) as refused, transaction():
        decisions.approve(case, by=reviewer)
    assert (refused.value.rules, case.status, db.session.scalar(select(Job))) == (("proxy",), "in_review", None)


def test_one_person_rejects_where_only_an_approval_needs_two(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre, **PROXY)
    with transaction():
        decisions.reject(case, by=reviewer, reasons=["not_entitled"])
    assert case.status == "rejected"


def test_a_drawn_case_needs_two_people_for_a_rejection_too(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre, is_sampled=True)
    with pytest.raises(decisions.SecondPersonNeeded), transaction():
        decisions.reject(case, by=reviewer, reasons=["not_entitled"])
    with transaction():
        made = decisions.recommend(case, REJECT, by=reviewer, reasons=["not_entitled"], note="see the register")
    assert (case.status, case.recommendation) == ("recommended", "reject")
    assert (made.codes, made.note, made.asked_by) == (["not_entitled"], "see the register", ["sample"])


def test_a_recommendation_keeps_who_why_and_which_rules(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre, **PROXY)
    due_on = case.due_on
    with transaction():
        made = decisions.recommend(case, APPROVE, by=reviewer, why="called the resident", version=case.version)
    assert (case.status, case.is_open, case.owner_id, case.recommended_by_id) == ("recommended", True, None, reviewer.id)
    assert (made.outcome, made.why, made.asked_by, made.answer) == ("approve", "called the resident", ["proxy"], None)
    assert (case.due_on, case.paused_on, db.session.scalar(select(Job))) == (due_on, None, None)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "applications.approval_recommended")).one()
    assert (entry.reason, entry.changes) == ("called the resident", {"status": ["in_review", "recommended"], "asked_by": ["proxy"]})


def test_approval_is_not_recommended_while_something_is_missing_or_without_a_reason(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre
) -> None:
    bare = make_application(clerk, centre, **held_by(reviewer, **PROXY))
    with pytest.raises(decisions.NotReady), transaction():
        decisions.recommend(bare, APPROVE, by=reviewer, why="called the resident")
    ready = make_ready_case(clerk, reviewer, centre, **PROXY)
    for why in ("", "ok", " . "):
        with pytest.raises(ReasonMissing), transaction():
            decisions.recommend(ready, APPROVE, by=reviewer, why=why)
    drawn = make_ready_case(clerk, reviewer, centre, is_sampled=True)
    with pytest.raises(verdicts.ReasonRequired), transaction():
        decisions.recommend(drawn, REJECT, by=reviewer, reasons=[])


@pytest.mark.parametrize(("facts", "outcome"), [({}, APPROVE), ({}, REJECT), (PROXY, REJECT)])
def test_nobody_recommends_what_they_may_decide_alone(
    facts: dict[str, str], outcome: DecisionKind, clerk: StaffMember, reviewer: StaffMember, centre: Centre
) -> None:
    case = make_ready_case(clerk, reviewer, centre, **facts)
    with pytest.raises(decisions.NobodyAsked), transaction():
        decisions.recommend(case, outcome, by=reviewer, why="all in order", reasons=["not_entitled"])
    assert case.status == "in_review"


def test_the_second_person_approves_and_the_card_is_requested(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre
) -> None:
    case = taken(make_recommended_case(clerk, reviewer, centre), colleague)
    with transaction():
        decisions.approve_second(case, by=colleague, version=case.version, note="agreed")
    job = db.session.scalars(select(Job).where(Job.name == "cards.request")).one()
    answered = db.session.scalars(select(Recommendation)).one()
    assert (case.status, case.decided_by_id, case.recommended_by_id, job.name) == ("approved", colleague.id, reviewer.id, "cards.request")
    assert (answered.answer, answered.answered_by_id, answered.answer_note) == ("approve", colleague.id, "agreed")
    assert case.closed_materials
    assert actions(case)[:2] == ["applications.taken_for_second", "applications.approved"]


@pytest.mark.parametrize("recommended", ["approve", "reject"])
def test_the_second_person_may_always_reject(
    recommended: str, clerk: StaffMember, reviewer: StaffMember, supervisor: StaffMember, centre: Centre
) -> None:
    case = taken(make_recommended_case(clerk, reviewer, centre, recommended), supervisor)
    with transaction():
        decisions.reject_second(case, by=supervisor, reasons=["identity_mismatch"])
    assert (case.status, case.decided_by_id) == ("rejected", supervisor.id)
    assert [reason.reason_code.code for reason in case.decisions[0].reasons] == ["identity_mismatch"]


def test_an_approval_that_only_one_of_two_wants_is_refused(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre
) -> None:
    case = taken(make_recommended_case(clerk, reviewer, centre, "reject"), colleague)
    with pytest.raises(decisions.AgainstRecommendation), transaction():
        decisions.approve_second(case, by=colleague)
    assert case.status == "recommended"


def test_what_came_to_be_missing_stops_the_second_approval(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre
) -> None:
    case = taken(make_recommended_case(clerk, reviewer, centre, reason="lost"), colleague)
    with pytest.raises(decisions.NotReady), transaction():
        decisions.approve_second(case, by=colleague)


def test_sent_back_the_case_is_with_whoever_recommended_and_the_promise_stays(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre
) -> None:
    case = taken(make_recommended_case(clerk, reviewer, centre), colleague)
    due_on = case.due_on
    with transaction():
        decisions.send_back(case, by=colleague, reason="the signature differs")
    answered = db.session.scalars(select(Recommendation)).one()
    assert (case.status, case.owner_id, case.due_on, claims.is_held(case)) == ("in_review", reviewer.id, due_on, True)
    assert (answered.answer, answered.answer_note) == ("send_back", "the signature differs")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "applications.sent_back")).one()
    assert (entry.reason, entry.changes) == ("the signature differs", {"status": ["recommended", "in_review"]})


def test_sending_back_needs_a_reason(clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    case = taken(make_recommended_case(clerk, reviewer, centre), colleague)
    with pytest.raises(ReasonMissing), transaction():
        decisions.send_back(case, by=colleague, reason="no")
    assert case.status == "recommended"


def test_whoever_recommended_never_decides_alone_even_when_the_reason_is_gone(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre
) -> None:
    case = taken(make_recommended_case(clerk, reviewer, centre, applicant="self", agent_name=""), colleague)
    with transaction():
        decisions.send_back(case, by=colleague, reason="look again")
    for alone in (lambda: decisions.approve(case, by=reviewer), lambda: decisions.reject(case, by=reviewer, reasons=["not_entitled"])):
        with pytest.raises(decisions.SecondPersonNeeded) as refused, transaction():
            alone()
        assert refused.value.rules == ("own_recommendation",)
    with transaction():
        decisions.recommend(case, APPROVE, by=reviewer, why="looked again")
    taken(case, colleague)
    with transaction():
        decisions.approve_second(case, by=colleague)
    assert [(one.answer, one.asked_by) for one in case.recommendations] == [("send_back", ["proxy"]), ("approve", ["own_recommendation"])]


@pytest.mark.parametrize("hand", HANDS)
def test_a_hand_in_the_case_keeps_from_every_second_step(
    hand: str, clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, supervisor: StaffMember, centre: Centre
) -> None:
    case = make_recommended_case(clerk, colleague, centre)
    HANDS[hand](case, reviewer)
    db.session.expire_all()
    steps = (
        lambda: claims.claim(case, by=reviewer),
        lambda: claims.reassign(case, reviewer, reason="holiday", by=supervisor),
        lambda: decisions.approve_second(case, by=reviewer),
        lambda: decisions.reject_second(case, by=reviewer, reasons=["not_entitled"]),
        lambda: decisions.send_back(case, by=reviewer, reason="look again"),
    )
    for step in steps:
        with pytest.raises((claims.OwnPart, claims.OwnIntake)) as refused, transaction():
            step()
        assert reviewer.name_shown in str(refused.value.message)
    with transaction():
        assert claims.next_second(by=reviewer) is None
    assert db.session.get_one(Application, case.id).status == "recommended"


def test_next_second_decision_is_the_most_urgent_one_of_somebody_else(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre
) -> None:
    today = clock.today()
    make_recommended_case(clerk, reviewer, centre, due_on=today - timedelta(days=9))
    later = make_recommended_case(clerk, colleague, centre, due_on=today + timedelta(days=2))
    urgent = make_recommended_case(clerk, colleague, centre, due_on=today)
    held = make_recommended_case(clerk, colleague, centre, due_on=today - timedelta(days=5), **held_by(clerk, status="recommended"))
    ran_out = make_recommended_case(
        clerk, colleague, centre, due_on=today + timedelta(days=3), **held_by(clerk, status="recommended", **EXPIRED)
    )
    found = []
    for _ in range(4):
        with transaction():
            found.append(given := claims.next_second(by=reviewer))
        if given is not None:  # who holds one is given no other
            with transaction():
                decisions.reject_second(given, by=reviewer, reasons=["not_entitled"])
    assert [one.id if one else None for one in found] == [urgent.id, later.id, ran_out.id, None]
    assert held.owner_id == clerk.id


def test_a_case_that_no_staff_member_took_in_is_handed_out_too(reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    case = make_recommended_case(colleague, colleague, centre, taken_by_id=None, filed_by_kind="resident", filed_by_id=1, identity_level=1)
    with transaction():
        assert claims.next_second(by=reviewer).id == case.id


def test_next_case_never_gives_a_recommended_one(clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    make_recommended_case(clerk, colleague, centre)
    with transaction():
        assert claims.next_case(by=reviewer) is None


def test_a_second_press_takes_no_second_case(clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    shown = clock.now() - timedelta(seconds=1)
    for _ in range(2):
        make_recommended_case(clerk, colleague, centre)
    found = []
    for _ in range(2):
        with transaction():
            found.append(claims.next_second(by=reviewer, since=shown).id)
    assert len(set(found)) == 1


def test_released_it_waits_for_a_second_person_as_before(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre
) -> None:
    case = taken(make_recommended_case(clerk, reviewer, centre), colleague)
    with transaction():
        claims.release(case, by=colleague)
    assert (case.status, case.owner_id) == ("recommended", None)
    assert actions(case) == ["applications.taken_for_second", "applications.released"]


def test_a_lease_that_ran_out_is_taken_over(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, supervisor: StaffMember, centre: Centre
) -> None:
    case = make_recommended_case(clerk, reviewer, centre, **held_by(colleague, status="recommended", **EXPIRED))
    taken(case, supervisor)
    assert (case.owner_id, case.status, actions(case)) == (supervisor.id, "recommended", ["applications.taken_over"])
    with pytest.raises(claims.ClaimLost) as refused, transaction():
        decisions.approve_second(case, by=colleague)
    assert supervisor.name_shown in str(refused.value.message)


def test_no_first_decision_and_no_verdict_on_a_recommended_case(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre
) -> None:
    case = taken(make_recommended_case(clerk, reviewer, centre), colleague)
    steps = (
        lambda: decisions.approve(case, by=colleague),
        lambda: decisions.reject(case, by=colleague, reasons=["not_entitled"]),
        lambda: decisions.request_information(case, by=colleague, reasons=["photo_missing"]),
        lambda: decisions.recommend(case, APPROVE, by=colleague, why="all in order"),
        lambda: verdicts.give_verdict(case.documents[0], "refused", by=colleague, reason="photo_background"),
    )
    for step in steps:
        with pytest.raises(Conflict), transaction():
            step()
    assert (case.status, case.documents[0].verdict) == ("recommended", "accepted")


def test_no_second_decision_on_a_case_in_review(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    for step in (
        lambda: decisions.approve_second(case, by=reviewer),
        lambda: decisions.reject_second(case, by=reviewer, reasons=["not_entitled"]),
        lambda: decisions.send_back(case, by=reviewer, reason="look again"),
    ):
        with pytest.raises(Conflict), transaction():
            step()
    assert case.status == "in_review"


def test_a_resident_may_withdraw_a_recommended_case(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_recommended_case(clerk, reviewer, centre)
    with transaction():
        intake.withdraw(case, version=case.version, reason="the card was found", by=clerk)
    assert (case.status, case.is_open, case.owner_id) == ("withdrawn", False, None)


def test_a_stale_second_decision_changes_nothing(clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    case = taken(make_recommended_case(clerk, reviewer, centre), colleague)
    with pytest.raises(StaleVersion), transaction():
        decisions.approve_second(case, by=colleague, version=case.version - 1)
    assert case.status == "recommended"


@pytest.mark.parametrize("role", ["intake_clerk", "mailroom_clerk", "auditor", "administrator"])
def test_other_roles_neither_recommend_nor_answer(role: str, clerk: StaffMember, reviewer: StaffMember, centre: Centre, make_staff) -> None:
    other = make_staff(role, username="other")
    first, waits = make_ready_case(clerk, other, centre, **PROXY), make_recommended_case(clerk, reviewer, centre)
    steps = (
        lambda: decisions.recommend(first, APPROVE, by=other, why="all in order"),
        lambda: decisions.approve_second(waits, by=other),
        lambda: decisions.reject_second(waits, by=other, reasons=["not_entitled"]),
        lambda: decisions.send_back(waits, by=other, reason="look again"),
        lambda: claims.next_second(by=other),
    )
    for step in steps:
        with pytest.raises(NotAllowed), transaction():
            step()


def test_of_two_deciders_at_once_one_wins_and_the_other_learns_who(
    app: Flask, clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre
) -> None:
    for _ in range(3):
        case = taken(make_recommended_case(clerk, reviewer, centre), colleague)
        case_id, version, second_id = case.id, case.version, colleague.id

        def decide(place: int, case_id: int = case_id, version: int = version, second_id: int = second_id) -> str:
            with transaction() as session:
                loaded, by = session.get(Application, case_id), session.get(StaffMember, second_id)
                if place:
                    return decisions.approve_second(loaded, by=by, version=version).kind
                return decisions.reject_second(loaded, by=by, version=version, reasons=["not_entitled"]).kind

        results = at_once(app, [lambda place=place: decide(place) for place in range(2)])
        told = [result for result in results if not isinstance(result, str)]
        assert len(told) == 1 and isinstance(told[0], AlreadyDecided), results
        assert told[0].status == 409 and colleague.name_shown in str(told[0].message)


def test_of_two_people_who_take_it_at_once_one_has_it(
    app: Flask, clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, supervisor: StaffMember, centre: Centre
) -> None:
    case = make_recommended_case(clerk, reviewer, centre)
    case_id = case.id

    def take(who: int) -> int:
        with transaction() as session:
            claims.claim(session.get(Application, case_id), by=session.get(StaffMember, who))
            return who

    results = at_once(app, [lambda who=who: take(who) for who in (colleague.id, supervisor.id)])
    winners = [result for result in results if isinstance(result, int)]
    assert len(winners) == 1, results
    assert all(isinstance(result, Conflict) for result in results if not isinstance(result, int))
    assert db.session.get_one(Application, case_id, populate_existing=True).owner_id == winners[0]


def test_the_tab_holds_what_others_recommended(clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    own, other = make_recommended_case(clerk, reviewer, centre), make_recommended_case(clerk, colleague, centre, "reject")
    make_ready_case(clerk, colleague, centre)
    tab = queue.queue_page(reviewer, QueueFilter("second")).rows
    assert [(row.id, row.recommendation) for row in tab] == [(other.id, "reject")]
    assert {row.id for row in queue.queue_page(clerk, QueueFilter("second")).rows} == {own.id, other.id}
    counts = queue.tab_counts(reviewer, QueueFilter())
    assert (counts["second"], counts["todo"], counts["all"]) == (1, 3, 3)
