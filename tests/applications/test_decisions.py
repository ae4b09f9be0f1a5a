"""Verdicts and decisions: what they need, what they leave behind."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from admin_app.applications import queries
from admin_app.applications.models import Application
from admin_app.applications.operations import claims, decisions, unsaved, verdicts
from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, DomainError, NotAllowed, StaleVersion
from admin_app.foundation.jobs.models import Job
from admin_app.staff.models import StaffMember
from tests.factories.applications import held_by, make_application, make_document, make_linked_report, make_ready_case
from tests.factories.residents import make_resident


def test_approval_closes_the_case_and_asks_for_the_card(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    with transaction():
        decisions.approve(case, by=reviewer, version=case.version, note="fine")
    job = db.session.scalars(select(Job).where(Job.name == "cards.request")).one()
    assert (job.name, job.arguments) == ("cards.request", {"application_id": case.id})
    assert (case.status, case.is_open, case.decided_by_id, case.owner_id) == ("approved", False, reviewer.id, None)
    assert [(d.kind, d.note) for d in case.decisions] == [("approve", "fine")]


def test_an_approval_that_fails_leaves_no_job(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    with pytest.raises(StaleVersion), transaction():
        decisions.approve(case, by=reviewer, version=99)
    assert (case.status, db.session.scalar(select(Job))) == ("in_review", None)


def test_what_is_missing_names_each_material_and_its_place(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    make_document(case, "id_copy")
    make_document(case, "photo", "refused")
    make_document(case, "old_card", "accepted")
    make_document(case, "old_card", "refused")
    missing = [(m.code, m.anchor) for m in queries.what_is_missing(case, queries.checklist(case))]
    assert missing == [
        ("id_copy_pending", "material-id_copy"),
        ("application_form_absent", "material-application_form"),
        ("photo_refused", "material-photo"),
    ]
    with pytest.raises(decisions.NotReady) as refused, transaction():
        decisions.approve(case, by=reviewer)
    assert len(refused.value.missing) == 3


def test_a_removed_document_fulfils_nothing(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    with transaction():
        case.documents[0].removed_at = clock.now()
    assert len(queries.what_is_missing(case, queries.checklist(case))) == 1


@pytest.mark.parametrize("reason", ["lost", "stolen"])
@pytest.mark.parametrize(
    ("status", "code"),
    [(None, "loss_report_absent"), ("provisional", "loss_report_not_formal"), ("lifted", "loss_report_not_formal"),
     ("lapsed", "loss_report_not_formal"), ("formal", None)],
)  # fmt: skip
def test_lost_and_stolen_need_a_formal_loss_report(
    reason: str, status: str | None, code: str | None, clerk: StaffMember, reviewer: StaffMember, centre: Centre
) -> None:
    case = make_ready_case(clerk, reviewer, centre, reason=reason)
    if status:
        make_linked_report(case, status)
    assert [m.code for m in queries.what_is_missing(case, queries.checklist(case))] == ([code] if code else [])


def test_a_loss_report_of_somebody_else_does_not_count(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre, reason="lost")
    make_linked_report(case, resident_id=make_resident().id)
    assert [m.code for m in queries.what_is_missing(case, queries.checklist(case))] == ["loss_report_absent"]


def test_rejecting_keeps_the_coded_reasons(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    with transaction():
        decisions.reject(case, by=reviewer, reasons=["identity_mismatch", "not_entitled"])
    assert case.status == "rejected"
    assert [r.reason_code.code for r in case.decisions[0].reasons] == ["identity_mismatch", "not_entitled"]


@pytest.mark.parametrize("reasons", [[], ["nonsense"], ["identity_mismatch", "photo_missing"], ["x" * 9000]])
def test_a_rejection_needs_reasons_of_its_kind(reasons: list[str], clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    with pytest.raises(verdicts.ReasonRequired), transaction():
        decisions.reject(case, by=reviewer, reasons=reasons)
    assert case.status == "in_review"


def test_asking_for_information_stops_the_clock(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    with transaction():
        decisions.request_information(case, by=reviewer, reasons=["photo_missing"])
    assert (case.status, case.paused_on, case.owner_id, case.lease_until) == ("needs_information", clock.today(), reviewer.id, None)


def test_only_the_holder_decides(clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    with pytest.raises(claims.ClaimLost) as refused, transaction():
        decisions.approve(case, by=colleague)
    assert reviewer.name_shown in str(refused.value.message)


@pytest.mark.parametrize("role", ["intake_clerk", "mailroom_clerk", "auditor", "administrator"])
def test_other_roles_do_not_decide(role: str, clerk: StaffMember, centre: Centre, make_staff) -> None:
    other = make_staff(role, username="other")
    case = make_ready_case(clerk, other, centre)
    with pytest.raises(NotAllowed), transaction():
        decisions.approve(case, by=other)


def test_nobody_decides_what_they_took_in(reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(reviewer, reviewer, centre)
    for decide in (lambda: decisions.approve(case, by=reviewer), lambda: decisions.reject(case, by=reviewer, reasons=["not_entitled"])):
        with pytest.raises(claims.OwnIntake), transaction():
            decide()
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(update(Application).where(Application.id == case.id).values(decided_by_id=reviewer.id))


def test_days_taken_leave_out_weekends_and_pauses(clerk: StaffMember, reviewer: StaffMember, centre: Centre, monkeypatch) -> None:
    friday = clock.now().replace(year=2026, month=11, day=6, hour=3)
    case = make_ready_case(clerk, reviewer, centre, submitted_at=friday, paused_days=2)
    monkeypatch.setattr(clock, "today", lambda: friday.date() + timedelta(days=12))
    with transaction():
        decisions.approve(case, by=reviewer)
    assert case.decided_in_days == 6


def test_a_verdict_is_recorded_and_raises_the_version(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    document = make_document(case, "photo")
    with transaction():
        verdicts.give_verdict(document, "refused", by=reviewer, version=1, reason="photo_background", note=" grey ")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.case_ref == case.public_id)).one()
    assert (document.verdict, document.verdict_reason.code, document.verdict_note) == ("refused", "photo_background", "grey")
    assert (entry.action, case.version) == ("applications.document_refused", 2)


def test_the_same_verdict_twice_is_one_verdict(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    document = make_document(case, "photo")
    for _ in range(2):
        with transaction():
            verdicts.give_verdict(document, "accepted", by=reviewer, version=1)
    assert (document.verdict, case.version) == ("accepted", 2)


def test_a_verdict_can_be_taken_back(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    document = make_document(case, "photo")
    for verdict in ("accepted", "pending"):
        with transaction():
            verdicts.give_verdict(document, verdict, by=reviewer)
    assert (document.verdict, document.verdict_by, document.verdict_at) == ("pending", None, None)


def test_a_refused_document_needs_its_reason(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    document = make_document(make_application(clerk, centre, **held_by(reviewer)), "photo")
    for reason in (None, "", "identity_mismatch", "nonsense"):
        with pytest.raises(verdicts.ReasonRequired), transaction():
            verdicts.give_verdict(document, "refused", by=reviewer, reason=reason)


def test_a_removed_document_gets_no_verdict(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    document = make_document(make_application(clerk, centre, **held_by(reviewer)), "photo", removed_at=clock.now())
    with pytest.raises(Conflict), transaction():
        verdicts.give_verdict(document, "accepted", by=reviewer)


def test_a_supervisor_reopens_a_rejection(clerk: StaffMember, reviewer: StaffMember, supervisor: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    with transaction():
        decisions.reject(case, by=reviewer, reasons=["not_entitled"])
    with transaction():
        decisions.reopen(case, by=supervisor, reason="new facts")
    assert (case.status, case.is_open, case.owner_id, case.decided_by_id) == ("in_review", True, supervisor.id, None)


def test_reopening_needs_right_reason_and_time(clerk: StaffMember, reviewer: StaffMember, supervisor: StaffMember, centre: Centre) -> None:
    rejected = {"status": "rejected", "is_open": False, "decided_by_id": reviewer.id, "decided_at": clock.now()}
    fresh = make_application(clerk, centre, decided_on=clock.today(), **rejected)
    old = make_application(clerk, centre, decided_on=clock.today() - timedelta(days=31), **rejected)
    for case, by, reason in ((fresh, reviewer, "new facts"), (fresh, supervisor, "ok"), (old, supervisor, "new facts")):
        with pytest.raises(DomainError), transaction():
            decisions.reopen(case, by=by, reason=reason)


def test_a_draft_is_replaced_and_dropped(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre)
    for text in ("one", "two"):
        with transaction():
            unsaved.keep_unsaved(case, {"note": text}, by=reviewer)
    assert queries.unsaved_of(case, reviewer).content == {"note": "two"}
    with transaction():
        unsaved.drop_unsaved(case, by=reviewer)
    assert queries.unsaved_of(case, reviewer) is None
