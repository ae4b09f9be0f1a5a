"""A decision waits ten seconds before it acts, and whoever gave it can take it back until then."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from admin_app.applications import queries
from admin_app.applications.models import Application, Decision, DecisionReason, Recommendation
from admin_app.applications.operations import claims, decisions
from admin_app.applications.queries.snapshot import snapshot
from admin_app.applications.views import case_page
from admin_app.audit.models import AuditEntry
from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.foundation import settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import NotFound
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.undo import operations as undo
from admin_app.foundation.undo.models import UndoWindow
from admin_app.staff.models import StaffMember
from tests.factories.applications import held_by, make_ready_case, make_recommended_case
from tests.owner import run
from tests.undoing import SECONDS, just_before_it_closes, seconds_later, take_back, the_window

SignIn = Callable[..., FlaskClient]
GIVE: dict[str, Callable[[Application, StaffMember], Decision]] = {
    "approve": lambda case, by: decisions.approve(case, by=by, note="all in order"),
    "reject": lambda case, by: decisions.reject(case, by=by, reasons=["not_entitled"], note="all in order"),
    "request_information": lambda case, by: decisions.request_information(case, by=by, reasons=["photo_unsuitable"], note="all in order"),
}


@pytest.fixture(autouse=True)
def windows(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The office gives ten seconds."""
    monkeypatch.setattr(settings.current(), "undo_seconds", SECONDS)


def count(*of: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(*of)) or 0


def give(kind: str, case: Application, by: StaffMember) -> None:
    with transaction():
        GIVE[kind](case, by)


def state(case: Application) -> dict[str, Any]:
    """Everything that the case says of itself, and what hangs on it."""
    db.session.rollback()
    columns = {column.key: getattr(case, column.key) for column in Application.__table__.columns}
    for passing in ("version", "lease_until"):
        columns.pop(passing)
    hanging = (count(Decision), count(DecisionReason), count(Card), count(Job))
    answers = [(one.answer, one.answered_by_id, one.answer_note) for one in db.session.scalars(select(Recommendation))]
    return columns | {"hanging": hanging, "answers": answers}


def test_the_card_is_asked_for_when_the_seconds_are_over_and_not_before(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    give("approve", case, reviewer)
    with just_before_it_closes():
        assert (case.status, count(Card)) == ("approved", 0)
    with seconds_later(SECONDS + 1):
        assert (case.status, count(Card)) == ("approved", 1)


@pytest.mark.parametrize("kind", GIVE)
def test_what_is_taken_back_leaves_the_case_as_it_was(kind: str, clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    before = state(case)
    give(kind, case, reviewer)
    assert state(case) != before
    take_back(reviewer)
    assert state(case) == before and claims.is_held(case)
    with seconds_later(SECONDS + 30):
        assert (count(Card), case.status) == (0, "in_review")
    kept = queries.unsaved_of(case, reviewer).content
    reasons = {"reject": ("reject_reasons", ["not_entitled"]), "request_information": ("request_reasons", ["photo_unsuitable"])}
    name, codes = reasons.get(kind, ("kind", "approve"))
    assert (kept["note"], kept[name]) == ("all in order", codes)


@pytest.mark.parametrize("kind", GIVE)
def test_a_case_that_was_taken_back_is_decided_again_with_all_that_follows(
    kind: str, clerk: StaffMember, reviewer: StaffMember, centre: Centre
) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    for _ in range(2):
        give(kind, case, reviewer)
        take_back(reviewer)
    give("approve", case, reviewer)
    with seconds_later(SECONDS + 1):
        assert (case.status, count(Card), count(Decision)) == ("approved", 1, 1)


def second(kind: str, case: Application, by: StaffMember) -> None:
    with transaction():
        if kind == "approve":
            decisions.approve_second(case, by=by, note="agreed")
        else:
            decisions.reject_second(case, by=by, reasons=["not_entitled"], note="no")


@pytest.mark.parametrize("kind", ["approve", "reject"])
def test_a_second_decision_goes_back_to_who_gave_it_with_the_recommendation_unanswered(
    kind: str, clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre
) -> None:
    case = make_recommended_case(clerk, colleague, centre, **held_by(reviewer, status="recommended"))
    before = state(case)
    second(kind, case, reviewer)
    take_back(reviewer)
    assert state(case) == before and case.status == "recommended"
    second("approve", case, reviewer)
    with seconds_later(SECONDS + 1):
        assert (case.status, count(Card)) == ("approved", 1)


def test_after_the_seconds_it_is_refused_with_words(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    give("approve", case, reviewer)
    window = the_window()
    with seconds_later(SECONDS), pytest.raises(undo.WindowClosed) as refused:
        take_back(reviewer, window)
    assert f"the {SECONDS} seconds are over" in str(refused.value.message) and case.reference in str(refused.value.message)
    db.session.rollback()
    assert (case.status, window.taken_back_at) == ("approved", None)


def test_it_is_refused_once_a_worker_has_begun_what_follows(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    """Whoever's clock is ahead: the job row decides, and both of them ask it."""
    case = make_ready_case(clerk, reviewer, centre)
    give("approve", case, reviewer)
    run("UPDATE job SET status = 'running', heartbeat_at = created_at")
    with pytest.raises(undo.WindowClosed):
        take_back(reviewer)
    db.session.rollback()
    assert (case.status, count(Decision)) == ("approved", 1)


def test_it_is_refused_when_somebody_has_done_something_since(
    clerk: StaffMember, reviewer: StaffMember, supervisor: StaffMember, centre: Centre
) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    give("reject", case, reviewer)
    with transaction():
        decisions.reopen(case, by=supervisor, reason="a mistake")
    with pytest.raises(undo.OvertakenBySomebody):
        take_back(reviewer)
    db.session.rollback()
    assert case.owner_id == supervisor.id


def test_it_is_done_once_and_by_nobody_else(clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    give("approve", case, reviewer)
    with pytest.raises(NotFound):
        take_back(colleague)
    take_back(reviewer)
    with pytest.raises(undo.TakenBackAlready):
        take_back(reviewer)
    assert case.version == 3


def test_the_log_tells_both_ways(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    give("approve", case, reviewer)
    take_back(reviewer)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.case_ref == case.public_id).order_by(AuditEntry.id)).all()
    assert [one.action for one in entries] == ["applications.approved", "applications.decision_taken_back"]
    assert entries[1].changes == {"status": ["approved", "in_review"], "decision": "approve"}


def test_without_seconds_everything_acts_at_once(clerk: StaffMember, reviewer: StaffMember, centre: Centre, monkeypatch) -> None:
    monkeypatch.setattr(settings.current(), "undo_seconds", 0)
    case = make_ready_case(clerk, reviewer, centre)
    give("approve", case, reviewer)
    assert (count(Card), count(UndoWindow)) == (1, 0)


MOVES_BACK = ("approved>in_review", "approved>recommended", "rejected>recommended")


@pytest.mark.parametrize("move", MOVES_BACK)
def test_the_database_allows_no_move_back_without_its_window(
    move: str, clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre
) -> None:
    before, after = move.split(">")
    extra = {"recommended_by_id": colleague.id, "recommendation": "approve"}
    case = make_ready_case(clerk, reviewer, centre, status=before, is_open=False, **extra)
    with pytest.raises(IntegrityError, match="no window to take it back"):
        run(f"UPDATE application SET status = '{after}' WHERE id = {case.id}")


def test_a_window_is_used_once_whatever_the_sql(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    give("approve", case, reviewer)
    for change in ("closes_at = '2099-01-01'", f"subject_id = {case.id + 1}", "version = 9"):
        with pytest.raises(IntegrityError, match="used once"):
            run(f"UPDATE undo_window SET {change}")
    take_back(reviewer)
    with pytest.raises(IntegrityError, match="used once"):
        run("UPDATE undo_window SET taken_back_at = NULL")


def form_of(case: Application, **values: Any) -> dict[str, Any]:
    return {"version": case.version, "seen": case_page.seal(snapshot(case)), "view": ""} | values


@pytest.mark.parametrize(
    ("language", "says", "button", "done"),
    [
        ("en", "Its card is requested when the time is over", "Take the decision back", "is taken back. The case is with you"),
        ("zh", "时限过后即申请制卡", "撤销决定", "已撤销"),
    ],
)
def test_the_next_page_offers_it_without_a_script_and_it_leads_back(
    language: str, says: str, button: str, done: str, clerk: StaffMember, make_staff: Any, centre: Centre, sign_in: SignIn
) -> None:
    reviewer = make_staff("reviewer", username="one", language=language)
    case, browser = make_ready_case(clerk, reviewer, centre), sign_in(reviewer)
    page = browser.post(f"/applications/{case.reference}/decide", data=form_of(case, kind="approve"), follow_redirects=True).text
    assert says in page and button in page and 'data-key="u"' in page
    assert "data-undo-line" in browser.get("/").text
    answer = browser.post("/account/undo/", data={"window": the_window().public_id})
    page = browser.get(answer.location).text
    assert answer.location == f"/applications/{case.reference}" and done in page and "data-undo-line" not in page
    db.session.rollback()
    assert case.status == "in_review"
    again = browser.post("/account/undo/", data={"window": the_window().public_id}, follow_redirects=True)
    assert again.status_code == 200 and case.reference in again.text


def test_the_offer_goes_with_its_time(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    case, browser = make_ready_case(clerk, reviewer, centre), sign_in(reviewer)
    browser.post(f"/applications/{case.reference}/decide", data=form_of(case, kind="approve"))
    with seconds_later(SECONDS + 1):
        assert "data-undo-line" not in browser.get("/queue/").text


def test_what_a_colleague_sees_meanwhile_is_true(
    clerk: StaffMember, reviewer: StaffMember, supervisor: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    give("approve", case, reviewer)
    browser = sign_in(supervisor)
    sentence = "can still be taken back"
    page = browser.get(f"/applications/{case.reference}").text
    assert sentence in page and "data-undo-line" not in page
    with seconds_later(SECONDS + 1):
        assert sentence not in browser.get(f"/applications/{case.reference}").text


def test_old_windows_are_forgotten(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    give("approve", make_ready_case(clerk, reviewer, centre), reviewer)
    undo.forget_old()
    assert count(UndoWindow) == 1
    with seconds_later(undo.KEPT_FOR.total_seconds() + SECONDS + 1):
        undo.forget_old()
        assert count(UndoWindow) == 0
