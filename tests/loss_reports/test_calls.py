"""Whom to call today: by the hours and the calendar of the centre that took the report, until the resident is reached."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from admin_app.centres.models import Centre
from admin_app.foundation import cache, clock
from admin_app.foundation.database import db, transaction
from admin_app.loss_reports import operations, queries
from admin_app.residents import operations as residents
from admin_app.staff.models import StaffMember
from tests.factories.centres import make_calendar_day, make_centre
from tests.factories.loss_reports import make_loss_report
from tests.factories.residents import make_resident

ALWAYS = [[["00:00", "24:00"]]] * 7


def office(day: str, hour: str = "10:00") -> datetime:
    """A moment on the office's clock, which is eight hours ahead of UTC."""
    return datetime.fromisoformat(f"{day}T{hour}:00").replace(tzinfo=UTC) - timedelta(hours=8)


def listed(staff: StaffMember, day: str, hour: str = "10:00") -> int:
    """How many the list of calls holds at this moment."""
    cache.forget()
    with time_machine.travel(office(day, hour), tick=False):
        return queries.counts(staff)["call"]


# 2026-12-03 is a Thursday; the centre of the clerk opens at nine from Monday to Friday.
@pytest.mark.parametrize(
    ("lapses", "first"),
    [
        (("2026-12-04", "05:12"), "2026-12-03"),
        (("2026-12-04", "09:59"), "2026-12-03"),
        (("2026-12-04", "10:01"), "2026-12-04"),
        (("2026-12-04", "16:00"), "2026-12-04"),
        (("2026-12-05", "12:00"), "2026-12-04"),
        (("2026-12-06", "23:00"), "2026-12-04"),
        (("2026-12-07", "05:12"), "2026-12-04"),
        (("2026-12-07", "11:00"), "2026-12-07"),
    ],
)
def test_a_report_is_listed_from_the_last_working_day_with_time_to_call(clerk: StaffMember, centre: Centre, lapses, first):  # type: ignore[no-untyped-def]
    make_loss_report(make_resident(), clerk, centre, "provisional", lapses_at=office(*lapses))
    before = (date.fromisoformat(first) - timedelta(days=1)).isoformat()
    assert (listed(clerk, before), listed(clerk, first)) == (0, 1)


def test_a_holiday_moves_the_call_to_the_day_before_it(clerk: StaffMember, centre: Centre):  # type: ignore[no-untyped-def]
    make_loss_report(make_resident(), clerk, centre, "provisional", lapses_at=office("2026-12-04", "15:00"))
    assert listed(clerk, "2026-12-03") == 0
    make_calendar_day(date(2026, 12, 4))
    assert listed(clerk, "2026-12-03") == 1


def test_the_hours_of_each_centre_count_for_whoever_sees_them_all(clerk: StaffMember, centre: Centre, make_staff):  # type: ignore[no-untyped-def]
    always, supervisor = make_centre("ALL-DAY", hours=ALWAYS), make_staff("supervisor")
    for where in (centre, always):
        make_loss_report(make_resident(), clerk, where, "provisional", lapses_at=office("2026-12-04", "05:12"))
    db.session.refresh(supervisor)
    assert supervisor.centre_id is None
    assert (listed(supervisor, "2026-12-03"), listed(supervisor, "2026-12-04", "00:30")) == (1, 2)


def test_without_hours_the_usual_ones_count(clerk: StaffMember, make_staff):  # type: ignore[no-untyped-def]
    bare = make_centre("NO-HOURS", hours=[[]] * 7)
    make_loss_report(make_resident(), clerk, bare, "provisional", lapses_at=office("2026-12-07", "05:12"))
    assert (listed(make_staff("supervisor"), "2026-12-03"), listed(make_staff("supervisor"), "2026-12-04")) == (0, 1)


@pytest.mark.parametrize(("outcome", "left"), [("reached", 0), ("no_answer", 1), ("later", 1), ("wrong_number", 1)])
def test_whoever_was_reached_is_not_called_again(clerk: StaffMember, centre: Centre, outcome: str, left: int):  # type: ignore[no-untyped-def]
    report = make_loss_report(make_resident(), clerk, centre, "provisional", lapses_at=office("2026-12-04", "05:12"))
    with transaction():
        residents.note_call(report.resident, outcome=outcome, about_ref=report.public_id, by=clerk)
    assert listed(clerk, "2026-12-03") == left


def test_from_the_list_the_outcome_leads_back_to_the_list(clerk: StaffMember, centre: Centre, sign_in):  # type: ignore[no-untyped-def]
    resident = make_resident()
    with transaction():
        resident.seal_phone("13800135521")
        resident.phone_masked = "*******5521"
    report = make_loss_report(resident, clerk, centre, "provisional", lapses_at=clock.now() + timedelta(minutes=1))
    browser, sent = sign_in(clerk), {"about": report.public_id, "back": "list"}
    page = browser.get("/loss-reports/?tab=call").text
    assert f"/residents/{resident.public_id}/call" in page and "none yet" in page
    assert "13800135521" in browser.post(f"/residents/{resident.public_id}/call", data=sent).text
    answer = browser.post(f"/residents/{resident.public_id}/called", data=sent | {"outcome": "no_answer"})
    assert "/loss-reports/?tab=call#row-" in answer.headers["Location"]
    assert "No answer ·" in browser.get("/loss-reports/?tab=call").text


def test_the_bank_side_can_be_noted_later_and_once(clerk: StaffMember, centre: Centre):  # type: ignore[no-untyped-def]
    report = make_loss_report(make_resident(), clerk, centre, "provisional", lapses_at=office("2026-12-04"))
    with transaction():
        operations.note_bank_side(report, version=report.version, by=clerk)
    version = report.version
    with transaction():
        operations.note_bank_side(report, version=version, by=clerk)
    assert report.bank_side_reported and report.version == version
    assert queries.receipt_row(report, by=clerk).bank_side_reported
