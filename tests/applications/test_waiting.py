"""While a case waits for its resident: any counter, reviewer or supervisor completes it; it goes back to who asked; it lapses by a day."""

import io
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from admin_app.applications import jobs, queries
from admin_app.applications.models import Application, Decision
from admin_app.applications.operations import decisions, documents, intake, waiting
from admin_app.applications.operations.details import CaseDetails
from admin_app.applications.queries import intake as reads
from admin_app.audit.models import AuditEntry
from admin_app.centres import queries as centres
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, StaleVersion
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.typed_text.texts import ReasonMissing
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_application, make_ready_case
from tests.factories.centres import make_centre
from tests.foundation.storage import samples


@pytest.fixture
def asked(clerk, reviewer, centre) -> Application:
    """A complete case for which the reviewer asked for more."""
    case = make_ready_case(clerk, reviewer, centre)
    with transaction():
        decisions.request_information(case, by=reviewer, reasons=["photo_missing"])
    return case


@pytest.fixture
def far(make_staff) -> StaffMember:
    """A clerk at the counter of another centre."""
    return make_staff("intake_clerk", username="far", centre=make_centre("BJ"))


def bring(case: Application, by, name: str = "photo.jpg") -> None:
    with transaction():
        documents.add(case, "photo", storage.prepare(io.BytesIO(samples.jpeg()), name), by=by)


def complete(case: Application, by, **said) -> None:
    with transaction():
        waiting.resume(case, version=case.version, by=by, **said)


def late(case: Application, days: int = 1) -> None:
    """The day that was set went by."""
    with transaction() as session:
        session.get_one(Application, case.id).answer_by = clock.today() - timedelta(days=days)


def actions(case: Application) -> list[str]:
    """What was done to the case; what its resident is told of it follows by itself."""
    found = db.session.scalars(select(AuditEntry.action).where(AuditEntry.case_ref == case.public_id).order_by(AuditEntry.id))
    return [action for action in found if not action.startswith("notices.")]


def test_a_request_sets_a_day_of_the_office_s_calendar(asked):
    assert asked.answer_by == centres.calendar().add(clock.today(), settings.current().answer_days)


@pytest.mark.parametrize("role", ["intake_clerk", "reviewer", "supervisor"])
def test_a_counter_anywhere_a_reviewer_and_a_supervisor_complete_it(role, asked, reviewer, make_staff):
    who = make_staff(role, username="who", centre=make_centre("BJ") if role == "intake_clerk" else None)
    bring(asked, who)
    complete(asked, who)
    assert (asked.status, asked.owner_id, asked.answer_by, asked.paused_on) == ("in_review", reviewer.id, None, None)
    assert actions(asked)[-1] == "applications.handed_back"


def test_it_stays_with_its_reviewer_beyond_the_next_working_day(asked, clerk):
    bring(asked, clerk)
    complete(asked, clerk)
    end = clock.to_office(asked.lease_until)
    assert end.date() > centres.calendar().add(clock.today(), 1) and isinstance(end, datetime)


@pytest.mark.parametrize("change", [{"active": False}, {"role": "mailroom_clerk"}])
def test_without_its_reviewer_it_goes_to_the_queue(change, asked, clerk, reviewer):
    with transaction() as session:
        for name, value in change.items():
            setattr(session.get_one(StaffMember, reviewer.id), name, value)
    bring(asked, clerk)
    complete(asked, clerk)
    assert (asked.status, asked.owner_id, asked.lease_until) == ("submitted", None, None)
    assert actions(asked)[-1] == "applications.resumed"


def test_with_nothing_added_it_goes_back_only_with_a_reason_that_is_kept(asked, clerk):
    with pytest.raises(ReasonMissing):
        complete(asked, clerk)
    db.session.rollback()
    complete(asked, clerk, reason="the photo of 2026 is the newest there is")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "applications.handed_back")).one()
    assert entry.reason == "the photo of 2026 is the newest there is"


@pytest.mark.parametrize("answer", ["a paper", "a change", "a paper taken out again"])
def test_what_counts_as_brought(answer, asked, clerk):
    if answer == "a change":
        details = CaseDetails(channel="counter", reason="damaged", recipient="王芳", postcode="310012", address="文三路91号")
        with transaction():
            intake.change(asked, details, version=asked.version, by=clerk)
    else:
        bring(asked, clerk)
    if answer == "a paper taken out again":
        with transaction():
            documents.remove(asked.documents[-1], by=clerk)
        with pytest.raises(ReasonMissing):
            complete(asked, clerk)
        return
    complete(asked, clerk)
    assert asked.status == "in_review"


def test_a_draft_stays_with_the_counters(clerk, reviewer, centre):
    draft = make_application(clerk, centre, status="draft", is_open=False)
    with pytest.raises(Conflict):
        bring(draft, reviewer)


def test_another_counter_sees_a_case_only_while_it_waits(asked, clerk, far, sign_in):
    browser, place = sign_in(far), f"/intake/{asked.reference}"
    assert browser.get(place).status_code == 200
    assert browser.post("/search/", data={"q": asked.reference}).status_code == 302
    data = {"material": "photo", "files": [(io.BytesIO(samples.jpeg()), "new.jpg")]}
    assert browser.post(f"{place}/documents", data=data, content_type="multipart/form-data").status_code == 302
    db.session.expire_all()
    answer = browser.post(f"{place}/submit", data={"version": asked.version})
    assert answer.location == "/intake/" and "back with the reviewers" in browser.get(answer.location).text
    assert browser.get(place).status_code == 404


def test_the_list_of_a_counter_stays_that_of_its_centre(asked, far):
    assert list(db.session.scalars(reads.waiting(far.actor))) == []


def test_the_page_asks_why_where_nothing_was_added_and_keeps_what_was_typed(asked, clerk, sign_in):
    browser, place = sign_in(clerk), f"/intake/{asked.reference}"
    assert "Nothing was added since" in browser.get(place).text
    answer = browser.post(f"{place}/submit", data={"version": asked.version, "reason": "no"})
    assert answer.status_code == 422 and 'value="no"' in answer.text
    bring(asked, clerk)
    assert "Nothing was added since" not in browser.get(place).text


def test_who_has_few_days_left_is_to_be_reminded_until_somebody_did(asked, clerk):
    def to_remind() -> list[str]:
        return [case.reference for case in reads.desk_page(clerk.actor, "remind").rows]

    assert to_remind() == []
    with transaction() as session:
        session.get_one(Application, asked.id).answer_by = centres.calendar().add(clock.today(), settings.current().reminder_days)
    assert to_remind() == [asked.reference]
    with pytest.raises(ReasonMissing), transaction():
        waiting.note_reminder(asked, how="", version=asked.version, by=clerk)
    db.session.rollback()
    seen = asked.version
    with transaction():
        waiting.note_reminder(asked, how="told by phone", version=seen, by=clerk)
    assert to_remind() == [] and asked.reminded_on == clock.today()
    with pytest.raises(StaleVersion), transaction():
        waiting.note_reminder(asked, how="told by phone", version=seen, by=clerk)


def test_the_clock_rejects_it_for_a_coded_reason_when_nothing_was_brought(asked):
    assert jobs.lapse_due() == 0
    late(asked)
    assert (jobs.lapse_due(), jobs.lapse_due()) == (1, 0)
    db.session.refresh(asked)
    assert (asked.status, asked.is_open, asked.decided_by_id, asked.decided_on) == ("rejected", False, None, clock.today())
    decision = db.session.scalars(select(Decision).where(Decision.kind == "reject")).one()
    assert ([one.reason_code.code for one in decision.reasons], decision.decided_by) == (["materials_not_supplied"], None)
    assert actions(asked)[-1] == "applications.lapsed"


def test_the_days_that_it_waited_are_not_counted_as_days_of_the_office(clerk, reviewer, centre):
    case = make_ready_case(clerk, reviewer, centre, submitted_at=clock.now() - timedelta(days=40))
    with transaction():
        decisions.request_information(case, by=reviewer, reasons=["photo_missing"])
    with transaction() as session:
        session.get_one(Application, case.id).paused_on = clock.today() - timedelta(days=38)
    due = case.due_on
    late(case)
    jobs.lapse_due()
    db.session.refresh(case)
    assert case.decided_in_days <= 2 and case.due_on > due


@pytest.mark.parametrize("why", ["brought", "restricted", "asked before there were days"])
def test_it_does_not_lapse(why, asked, clerk):
    late(asked)
    if why == "brought":
        bring(asked, clerk)
    elif why == "restricted":
        with transaction() as session:
            session.get_one(Resident, asked.resident_id).is_restricted = True
    else:
        with transaction() as session:
            session.get_one(Application, asked.id).answer_by = None
    assert jobs.lapse_due() == 0 and asked.status == "needs_information"


def test_a_lapsed_case_is_reopened_by_a_supervisor_and_its_page_says_who_decided(asked, make_staff, sign_in):
    late(asked)
    jobs.lapse_due()
    supervisor = make_staff("supervisor", username="s")
    page = sign_in(supervisor).get(f"/applications/{asked.reference}").text
    assert "rejected by itself" in page and "not supplied in time" in page and "Card Desk" in page
    with transaction():
        decisions.reopen(queries.by_reference(supervisor.actor, asked.reference), by=supervisor, reason="came one day late")
    assert (asked.status, asked.owner_id) == ("in_review", supervisor.id)


def few_days_left(case: Application) -> None:
    with transaction() as session:
        asked = session.get_one(Application, case.id)
        asked.answer_by, asked.paused_on = clock.today() + timedelta(days=1), clock.today() - timedelta(days=9)


def test_a_resident_with_few_days_left_is_reminded_once_by_the_office_itself(asked):
    assert jobs.remind_due() == 0
    few_days_left(asked)
    assert (jobs.remind_due(), jobs.remind_due()) == (1, 0)
    db.session.refresh(asked)
    assert (asked.reminded_on, asked.status, actions(asked)[-1]) == (clock.today(), "needs_information", "applications.reminded")


@pytest.mark.parametrize("why", ["brought", "restricted", "told", "asked today", "too late"])
def test_the_office_does_not_remind(why, asked, clerk):
    few_days_left(asked)
    if why == "brought":
        bring(asked, clerk)
    elif why == "told":
        with transaction():
            waiting.note_reminder(asked, how="by phone", version=asked.version, by=clerk)
    with transaction() as session:
        fresh = session.get_one(Application, asked.id)
        session.get_one(Resident, asked.resident_id).is_restricted = why == "restricted"
        fresh.paused_on = clock.today() if why == "asked today" else fresh.paused_on
        fresh.answer_by = clock.today() - timedelta(days=1) if why == "too late" else fresh.answer_by
    assert jobs.remind_due() == 0
