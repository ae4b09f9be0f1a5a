"""Claiming, taking over, releasing, handing over."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app.applications.models import Application
from admin_app.applications.operations import claims, decisions, moves
from admin_app.applications.queries.queue_filter import Place, QueueFilter
from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, DomainError, NotAllowed
from admin_app.staff.models import StaffMember
from tests.factories.applications import held_by, make_application
from tests.factories.centres import make_centre

EXPIRED = {"lease_until": clock.now() - timedelta(minutes=1)}


def actions(case: Application) -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.case_ref == case.public_id).order_by(AuditEntry.id)))


def test_a_claim_gives_the_case_an_owner_and_a_lease(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre)
    with transaction():
        claims.claim(case, by=reviewer)
    assert (case.status, case.owner_id, claims.is_held(case)) == ("in_review", reviewer.id, True)


def test_a_held_case_names_its_owner(clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, **held_by(colleague))
    with pytest.raises(claims.ClaimedByAnother) as refused, transaction():
        claims.claim(case, by=reviewer)
    assert colleague.name_shown in str(refused.value.message)


def test_claiming_ones_own_case_extends_the_lease(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, **held_by(reviewer, **EXPIRED))
    with transaction():
        claims.claim(case, by=reviewer)
    assert claims.is_held(case)
    assert case.version == 1


def test_a_lease_that_ran_out_can_be_taken_over(clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, **held_by(colleague, **EXPIRED))
    with transaction():
        claims.claim(case, by=reviewer)
    assert (case.owner_id, case.version, actions(case)) == (reviewer.id, 2, ["applications.taken_over"])
    with pytest.raises(claims.ClaimLost), transaction():
        claims.require_hold(case, by=colleague)


def test_nobody_claims_what_they_took_in(reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(reviewer, centre)
    with pytest.raises(claims.OwnIntake), transaction():
        claims.claim(case, by=reviewer)


@pytest.mark.parametrize("role", ["intake_clerk", "mailroom_clerk", "auditor", "administrator"])
def test_other_roles_do_not_claim(role: str, clerk: StaffMember, centre: Centre, make_staff) -> None:
    case, other = make_application(clerk, centre), make_staff(role, username="other")
    with pytest.raises(NotAllowed), transaction():
        claims.claim(case, by=other)


def test_next_case_is_the_most_urgent_one_that_one_may_decide(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    today = clock.today()
    later = make_application(clerk, centre, due_on=today + timedelta(days=2))
    make_application(reviewer, centre, due_on=today - timedelta(days=9))
    overdue = make_application(clerk, centre, due_on=today - timedelta(days=1))
    with transaction():
        first = claims.next_case(by=reviewer)
    put_down(first, reviewer)
    with transaction():
        second = claims.next_case(by=reviewer)
    put_down(second, reviewer)
    with transaction():
        assert claims.next_case(by=reviewer) is None
    assert [first.id, second.id] == [overdue.id, later.id]


def put_down(case: Application, by: StaffMember) -> None:
    """The reviewer is done with the case."""
    with transaction():
        decisions.reject(case, by=by, reasons=["not_entitled"])


def test_nobody_is_given_another_case_while_one_of_their_own_waits(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    today = clock.today()
    later = make_application(clerk, centre, due_on=today + timedelta(days=2), **held_by(reviewer))
    sooner = make_application(clerk, centre, due_on=today + timedelta(days=1), **held_by(reviewer, **EXPIRED))
    free = make_application(clerk, centre)
    with pytest.raises(claims.OwnCasesWait) as waits, transaction():
        claims.next_case(by=reviewer)
    assert waits.value.references == [sooner.reference, later.reference] and sooner.reference in str(waits.value.message)
    for case in (sooner, later):
        put_down(case, reviewer)
    with transaction():
        assert claims.next_case(by=reviewer).id == free.id


@pytest.mark.parametrize(
    "narrow",
    [
        lambda one: QueueFilter("todo", reasons=(one.reason,)),
        lambda one: QueueFilter("unclaimed", channel=one.channel),
        lambda one: QueueFilter("overdue"),
        lambda one: QueueFilter("mine", received_from=one.received_on, received_to=one.received_on),
        lambda one: QueueFilter("all", centres=(Place(one.centre_id, one.centre.code, "", ""),), status="in_review", owner="me"),
    ],
)
def test_next_case_comes_out_of_the_view_that_somebody_works_in(narrow, clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    today = clock.today()
    make_application(clerk, make_centre("BJ"), due_on=today, received_on=today)
    wanted = make_application(
        clerk, centre, due_on=today - timedelta(days=1), received_on=today - timedelta(days=9), reason="expired", channel="online"
    )
    view = narrow(wanted)
    with transaction():
        assert claims.next_case(by=reviewer, view=view).id == wanted.id
    put_down(wanted, reviewer)
    with transaction():
        assert claims.next_case(by=reviewer, view=view) is None


def test_next_case_takes_over_a_lease_only_when_nothing_is_unclaimed(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre
) -> None:
    left = make_application(clerk, centre, due_on=clock.today() - timedelta(days=5), **held_by(colleague, **EXPIRED))
    free = make_application(clerk, centre)
    found = []
    for _ in range(2):
        with transaction():
            given = claims.next_case(by=reviewer)
        found.append(given.id)
        put_down(given, reviewer)
    assert found == [free.id, left.id]


def test_next_case_stays_inside_what_one_sees(clerk: StaffMember, centre: Centre, make_staff) -> None:
    make_application(clerk, make_centre("BJ"))
    supervisor = make_staff("supervisor", centre=centre)
    with transaction():
        assert claims.next_case(by=supervisor) is None


def test_release_puts_the_case_back(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    with transaction():
        claims.release(case, by=reviewer)
    assert (case.status, case.owner_id, case.lease_until) == ("submitted", None, None)


def test_only_owner_and_supervisor_release(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, supervisor: StaffMember, centre: Centre
) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    with pytest.raises(claims.ClaimLost), transaction():
        claims.release(case, by=colleague)
    with transaction():
        claims.release(case, by=supervisor)
    assert case.status == "submitted"


@pytest.mark.parametrize("status", ["submitted", "in_review"])
def test_a_supervisor_hands_a_case_over_with_a_reason(
    status: str, clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, supervisor: StaffMember, centre: Centre
) -> None:
    held = held_by(reviewer) if status == "in_review" else {}
    case = make_application(clerk, centre, **held)
    with transaction():
        claims.reassign(case, colleague, reason="holiday", by=supervisor)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.case_ref == case.public_id)).one()
    assert (case.owner_id, case.status, entry.reason) == (colleague.id, "in_review", "holiday")


def test_handing_over_is_refused_without_right_reason_or_receiver(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, supervisor: StaffMember, centre: Centre, make_staff
) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    elsewhere = make_staff("supervisor", centre=make_centre("BJ"), username="elsewhere")
    attempts = [
        (colleague, colleague, "ill today"),
        (colleague, supervisor, "ok"),
        (clerk, supervisor, "ill today"),
        (elsewhere, supervisor, "ill today"),
    ]
    for to, by, reason in attempts:
        with pytest.raises(DomainError), transaction():
            claims.reassign(case, to, reason=reason, by=by)
    assert case.owner_id == reviewer.id


def test_a_closed_case_is_not_handed_over(clerk: StaffMember, reviewer: StaffMember, supervisor: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, status="withdrawn", is_open=False)
    with pytest.raises(moves.AlreadyDecided), transaction():
        claims.reassign(case, reviewer, reason="ill today", by=supervisor)
    with pytest.raises(Conflict), transaction():
        claims.claim(case, by=reviewer)
