"""A day entered into the calendar: how many cases move is said before, a job moves them, the timeline tells it, twice is once."""

import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from admin_app.applications import jobs as handlers
from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.operations import decisions, intake, promises, waiting
from admin_app.applications.queries import promises as queries
from admin_app.audit.models import AuditEntry
from admin_app.centres import queries as centres
from admin_app.centres.rules import WorkingCalendar
from admin_app.demo import operations as demo
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.per_app import PerApp
from admin_app.residents.models import Resident
from tests.factories.applications import make_application, make_ready_case, make_unclaimed
from tests.factories.centres import make_calendar_day

ADD = "/reference/calendar/add"


def later(days: int) -> date:
    """The day so many working days from today."""
    return centres.calendar().add(clock.today(), days)


def make_promised(taken_by, centre, **changes) -> Application:
    """A case submitted today, with its promise."""
    made = intake.promise(clock.today())
    return make_application(taken_by, centre, **(made | changes))


def order(day, **known) -> Job:
    """The job that follows a change of this day, done."""
    with transaction():
        job = jobs.enqueue(promises.JOB, dedupe_key=f"test:{day.id}:{len(known)}", calendar_day_id=day.id, version=day.version, **known)
    db.session.expire_all()
    return db.session.get_one(Job, job.id)


def moved_entries(action: str = "applications.recounted") -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


@pytest.fixture
def case(clerk, centre) -> Application:
    """Submitted today."""
    return make_promised(clerk, centre)


def test_a_holiday_moves_the_promised_days_and_the_timeline_tells_both_and_its_name(case):
    due, by_law = case.due_on, case.statutory_on
    order(make_calendar_day(later(2), name_en="Flood", name_zh="洪水"))
    found = db.session.get_one(Application, case.id)
    assert (found.due_on, found.statutory_on) == (centres.calendar().add(clock.today(), 7), centres.calendar().add(clock.today(), 15))
    assert (found.due_on, found.statutory_on) > (due, by_law)
    [entry] = moved_entries()
    assert entry.case_ref == case.public_id and entry.actor_kind == "system"
    assert entry.changes["due_on"] == [due.isoformat(), found.due_on.isoformat()] and entry.changes["because"]["en"] == "Flood"


def test_no_version_is_raised_so_that_whoever_has_it_open_goes_on(case):
    version = case.version
    order(make_calendar_day(later(2)))
    assert db.session.get_one(Application, case.id).version == version


def test_a_working_saturday_moves_them_forward_and_its_removal_back(case):
    due, saturday = case.due_on, clock.today() + timedelta(days=(5 - clock.today().weekday()) % 7 or 7)
    made = make_calendar_day(saturday, kind="working")
    order(made)
    assert db.session.get_one(Application, case.id).due_on < due
    with transaction() as session:
        session.get_one(type(made), made.id).is_active = False
    order(made, is_second=True)
    assert db.session.get_one(Application, case.id).due_on == due


def test_doing_it_again_changes_nothing(case):
    day = make_calendar_day(later(2))
    order(day)
    order(day, is_second=True)
    assert len(moved_entries()) == 1 and [entry.changes["moved"] for entry in moved_entries("calendar.followed")] == [1]


def test_closed_cases_drafts_and_restricted_records_stay(clerk, centre):
    kept = [
        make_promised(clerk, centre, status="approved", is_open=False),
        make_promised(clerk, centre, status="draft", is_open=False),
        make_promised(clerk, centre),
    ]
    with transaction() as session:
        session.get_one(Resident, kept[2].resident_id).is_restricted = True
    before = [one.due_on for one in kept]
    order(make_calendar_day(later(2)))
    assert [db.session.get_one(Application, one.id).due_on for one in kept] == before


def test_the_resident_who_was_asked_gets_longer_never_shorter(clerk, reviewer, centre):
    asked = make_ready_case(clerk, reviewer, centre)
    with transaction():
        decisions.request_information(asked, by=reviewer, reasons=["photo_missing"])
    until, next_saturday = asked.answer_by, clock.today() + timedelta(days=7 + (5 - clock.today().weekday()) % 7)
    holidays = (later(2), later(3))
    order(make_calendar_day(next_saturday, kind="working"))
    assert db.session.get_one(Application, asked.id).answer_by == until
    for day in holidays:
        order(make_calendar_day(day))
    assert db.session.get_one(Application, asked.id).answer_by == centres.calendar().add(clock.today(), 15) > until


def test_a_case_that_waits_goes_on_with_what_was_promised_and_a_holiday_in_the_wait_counts_for_nobody(clerk, reviewer, centre):
    start = date(2026, 9, 21)
    with time_machine.travel("2026-09-21T09:00:00+08:00", tick=False):
        case = make_ready_case(clerk, reviewer, centre, **_promise(start))
    with time_machine.travel("2026-09-22T09:00:00+08:00", tick=False), transaction():
        decisions.request_information(case, by=reviewer, reasons=["photo_missing"])
    with time_machine.travel("2026-09-24T09:00:00+08:00", tick=False), transaction():
        waiting.resume(case, version=case.version, by=clerk, reason="the photo is good")
    assert (case.paused_days, case.due_on) == (2, centres.calendar().add(start, 9))
    order(make_calendar_day(date(2026, 9, 23)))
    found = db.session.get_one(Application, case.id)
    assert (found.paused_days, found.due_on) == (1, centres.calendar().add(start, 8))
    assert found.clock_stops == [{"since": "2026-09-22", "until": "2026-09-24", "days": 1}]


def _promise(start: date) -> dict:
    return intake.promise(start) | {"submitted_at": clock.now()}


def test_a_reopened_case_is_promised_anew(clerk, reviewer, supervisor, centre):
    case = make_ready_case(clerk, reviewer, centre, **_promise(clock.today() - timedelta(days=20)))
    with transaction():
        decisions.reject(case, by=reviewer, reasons=["not_entitled"])
    with transaction():
        decisions.reopen(case, by=supervisor, reason="it was ours")
    assert (case.clock_from, case.promised_in, case.due_on) == (clock.today(), 7, later(7))


def test_killed_in_the_middle_it_goes_on_where_it_stopped(clerk, centre, monkeypatch):
    made = [make_promised(clerk, centre) for _ in range(5)]
    monkeypatch.setattr(promises, "BATCH", 2)
    real, calls = promises.recount, []

    def dies(**given):
        calls.append(given["after"])
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(**given, limit=2)

    monkeypatch.setattr(promises, "recount", dies)
    day = make_calendar_day(later(2))
    with pytest.raises(KeyboardInterrupt):
        order(day)
    db.session.rollback()
    job = db.session.scalars(select(Job).where(Job.name == promises.JOB)).one()
    assert job.arguments["moved"] == 2 and len(moved_entries()) == 2
    assert handlers.recount(job) == {"moved": 5}
    assert calls[2] == calls[1] and len(moved_entries()) == len(made)
    assert [entry.changes["moved"] for entry in moved_entries("calendar.followed")] == [5]


def test_the_second_run_moves_what_was_filed_meanwhile_and_is_ordered_by_the_first(case, clerk, centre):
    day = make_calendar_day(later(2))
    order(day)
    again = db.session.scalars(select(Job).where(Job.dedupe_key.endswith(":again"))).one()
    assert again.due_at > clock.now() + timedelta(minutes=1)
    missed = make_promised(clerk, centre)
    with transaction() as session:
        session.get_one(Application, missed.id).due_on = missed.due_on - timedelta(days=1)
    jobs.run(again.public_id)
    db.session.expire_all()
    assert db.session.get_one(Application, missed.id).due_on == later(7)
    assert not db.session.scalar(select(func.count()).where(Job.dedupe_key.endswith(":again:again")).select_from(Job))


def test_each_day_is_counted_once_by_itself(case, monkeypatch):
    monkeypatch.setattr(handlers, "_ORDERED", PerApp("tests.recount_ordered", lambda: None))  # other tests may have let the clock tick
    with transaction() as session:
        session.get_one(Application, case.id).due_on = case.due_on + timedelta(days=1)
    handlers.recount_daily()
    handlers.recount_daily()
    db.session.expire_all()
    assert db.session.get_one(Application, case.id).due_on == later(7)
    assert db.session.scalars(select(Job).where(Job.name == promises.JOB)).one().status == "done"


def test_how_many_move_is_said_before_anything_is_saved(case, sign_in):
    browser, data = sign_in("administrator"), {"day": later(2).isoformat(), "kind": "holiday", "name_en": "Flood", "is_active": "y"}
    asked = browser.post(ADD, data=data)
    assert asked.status_code == 422 and "The promised day of 1 open case moves:" in asked.text and "later" in asked.text
    assert not moved_entries("reference.calendar_day_added")
    shown = re.search(r'name="confirmed"[^>]*value="([0-9a-f]{16})"', asked.text)
    other = browser.post(ADD, data=data | {"day": later(3).isoformat(), "confirmed": shown[1]})
    assert other.status_code == 422, "another day than the one that was confirmed"
    saved = browser.post(ADD, data=data | {"confirmed": shown[1]})
    assert saved.status_code == 302
    db.session.expire_all()
    assert db.session.get_one(Application, case.id).due_on == later(7) and len(moved_entries()) == 1
    page = browser.get(saved.location).text
    assert "Let the days of open cases follow the calendar" in page


def test_a_day_that_moves_nothing_is_saved_at_once(case, sign_in):
    weekend = clock.today() + timedelta(days=(5 - clock.today().weekday()) % 7 or 7)
    data = {"day": weekend.isoformat(), "kind": "holiday", "is_active": "y"}
    assert sign_in("administrator").post(ADD, data=data).status_code == 302


def test_more_than_are_counted_are_at_least(clerk, centre, monkeypatch):
    make_unclaimed(clerk, centre, 8)
    with transaction() as session:
        for case in session.scalars(select(Application)):
            case.clock_from, case.promised_in, case.due_on = clock.today(), 7, later(7)
    monkeypatch.setattr(queries, "MOST", 5)
    day = later(2)
    found = queries.would_move(WorkingCalendar({day: "holiday"}), day)
    assert (found.cases, found.is_part) == (5, True) and found.least == found.most > 0


def test_the_case_page_tells_it(case, reviewer, sign_in):
    before = case.due_on
    order(make_calendar_day(later(2), name_en="Flood"))
    page = sign_in(reviewer).get(f"/applications/{case.reference}").text
    assert f"{before.isoformat()} → {later(7).isoformat()}" in page and "Flood" in page


def test_nothing_of_a_demo_office_moves_when_it_is_counted_anew(app):
    demo.load(60, seed=5, report=lambda _stage, _done, _total: None)
    calendar = centres.calendar()
    cases = db.session.execute(select(*queries.COUNTED).where(Application.is_open.is_(True))).all()
    assert len(cases) > 5
    assert not [(case, rules.moves(case, calendar)) for case in cases if rules.moves(case, calendar)]


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(DAYS, st.integers(1, 20), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=3), st.lists(DAYS, max_size=8))
def test_counting_twice_is_counting_once_and_a_removed_day_leaves_nothing(start, promised, waits, holidays):
    plain = WorkingCalendar()
    changed = WorkingCalendar(dict.fromkeys(holidays, "holiday"))
    case = SimpleNamespace(
        clock_from=start, promised_in=promised, statutory_in=None, submitted_at=None, clock_stops=[], paused_days=0, paused_on=None,
        answer_in=None, answer_by=None, due_on=plain.add(start, promised), statutory_on=None,
    )  # fmt: skip
    day = start
    for after, long in waits:
        begun = day + timedelta(days=after)
        day = begun + timedelta(days=long)
        vars(case).update(rules.counted(case, plain, ended=rules.stop(begun, day, plain)))
    before = dict(vars(case))
    vars(case).update(rules.moves(case, changed))
    assert rules.moves(case, changed) == {}
    vars(case).update(rules.moves(case, plain))
    assert vars(case) == before
