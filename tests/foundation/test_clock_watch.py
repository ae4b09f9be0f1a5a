"""A clock that jumps lapses nothing: what time alone decides waits until the time is believed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.foundation import clock, clock_watch
from admin_app.foundation.clock_watch import QUIET_SECONDS, ClockMark, Doubt, Reading
from admin_app.foundation.database import db
from admin_app.foundation.jobs import operations as jobs
from admin_app.loss_reports.models import LossReport
from admin_app.loss_reports.rules import Status
from admin_app.staff.models import StaffMember
from tests.factories.loss_reports import make_loss_report
from tests.factories.residents import make_resident

NOON = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
"""Half an hour before Europe's clocks go forward."""
REPORTS = 27
FIRST = Reading(NOON, NOON, False, "one", 1000.0)


def later(reading: Reading, real: timedelta, *, clock_moves: timedelta | None = None, **changes: object) -> Reading:
    """What the clocks say after `real` time, while this machine's clock moved on by something else."""
    now = reading.now + (real if clock_moves is None else clock_moves)
    said = replace(reading, now=now, database_now=now, uptime=reading.uptime + real.total_seconds())
    return replace(said, **changes)  # type: ignore[arg-type]


def mark_of() -> ClockMark:
    db.session.rollback()
    mark = clock_watch.current()
    assert mark is not None
    return mark


@pytest.mark.parametrize(
    ("passed", "moved", "doubt"),
    [
        (timedelta(seconds=5), timedelta(seconds=5), None),
        (timedelta(seconds=5), timedelta(days=4), Doubt.AHEAD),
        (timedelta(seconds=5), timedelta(hours=1), Doubt.AHEAD),
        (timedelta(seconds=5), timedelta(hours=-1), Doubt.BEHIND),
        (timedelta(seconds=5), timedelta(minutes=-10), Doubt.BEHIND),
        (timedelta(seconds=5), timedelta(seconds=4), None),  # a leap second
        (timedelta(seconds=5), timedelta(seconds=50), None),  # a time service corrects
        (timedelta(days=4), timedelta(days=4), None),  # the desk was off, the machine was not
        (timedelta(days=4), timedelta(seconds=5), Doubt.BEHIND),
    ],
)
def test_a_clock_is_believed_as_far_as_the_machine_counted(app: Flask, passed: timedelta, moved: timedelta, doubt: Doubt | None) -> None:
    assert clock_watch.is_believed(FIRST)
    assert clock_watch.is_believed(later(FIRST, passed, clock_moves=moved)) is (doubt is None)
    assert mark_of().doubt == doubt


def test_a_clock_that_comes_back_is_believed_at_once(app: Flask) -> None:
    clock_watch.is_believed(FIRST)
    assert not clock_watch.is_believed(later(FIRST, timedelta(seconds=5), clock_moves=timedelta(days=4)))
    assert clock_watch.is_believed(later(FIRST, timedelta(minutes=30)))
    assert mark_of().doubt is None


def test_a_jump_is_not_believed_by_waiting_where_nobody_else_knows_the_time(app: Flask) -> None:
    clock_watch.is_believed(FIRST)
    jumped = later(FIRST, timedelta(seconds=5), clock_moves=timedelta(days=4))
    assert not any(clock_watch.is_believed(later(jumped, timedelta(hours=hours))) for hours in range(0, 200, 20))
    assert not clock_watch.is_believed(replace(later(jumped, timedelta(days=9)), boot="two", uptime=30.0)), "nor by starting anew"


def test_a_jump_is_believed_when_the_clock_of_another_machine_says_the_same_for_a_while(app: Flask) -> None:
    clock_watch.is_believed(FIRST)
    woken = later(FIRST, timedelta(seconds=5), clock_moves=timedelta(hours=3), has_witness=True)
    assert not clock_watch.is_believed(woken)
    assert not clock_watch.is_believed(later(woken, timedelta(seconds=QUIET_SECONDS - 10)))
    assert clock_watch.is_believed(later(woken, timedelta(seconds=QUIET_SECONDS + 10)))


def test_a_database_that_says_another_time_holds_everything_until_they_agree(app: Flask) -> None:
    clock_watch.is_believed(FIRST)
    apart = later(FIRST, timedelta(seconds=5), has_witness=True, database_now=NOON - timedelta(days=4))
    assert not clock_watch.is_believed(apart)
    assert not clock_watch.is_believed(later(apart, timedelta(hours=1), database_now=NOON - timedelta(days=4)))
    assert mark_of().doubt == Doubt.DISAGREES
    assert clock_watch.is_believed(later(FIRST, timedelta(hours=2), has_witness=True))


def test_after_days_without_power_it_goes_on_by_itself_once_the_clock_has_run_steadily(app: Flask) -> None:
    clock_watch.is_believed(FIRST)
    back = later(FIRST, timedelta(days=4), boot="two", uptime=30.0)
    assert not clock_watch.is_believed(back)
    assert mark_of().doubt == Doubt.UNPROVED
    steps = [later(back, timedelta(seconds=seconds)) for seconds in (60, 300, QUIET_SECONDS + 5)]
    assert [clock_watch.is_believed(reading) for reading in steps] == [False, False, True]


def test_a_clock_that_jumps_while_it_is_watched_begins_anew(app: Flask) -> None:
    clock_watch.is_believed(FIRST)
    back = later(FIRST, timedelta(days=1), boot="two", uptime=30.0)
    clock_watch.is_believed(back)
    jumped = later(back, timedelta(seconds=QUIET_SECONDS), clock_moves=timedelta(days=300))
    assert not clock_watch.is_believed(jumped)
    assert not clock_watch.is_believed(later(jumped, timedelta(seconds=QUIET_SECONDS - 60)))


def test_a_machine_that_starts_with_an_older_clock_waits_for_the_time_service(app: Flask) -> None:
    clock_watch.is_believed(FIRST)
    assert not clock_watch.is_believed(
        replace(FIRST, now=NOON - timedelta(days=2000), database_now=NOON - timedelta(days=2000), boot="two")
    )
    assert clock_watch.is_believed(replace(later(FIRST, timedelta(minutes=20)), boot="two", uptime=60.0))


def test_a_restart_of_the_desk_within_the_hour_needs_no_watching(app: Flask) -> None:
    clock_watch.is_believed(FIRST)
    assert clock_watch.is_believed(later(FIRST, timedelta(minutes=50), boot="two", uptime=30.0))


@pytest.fixture
def reports(app: Flask, clerk: StaffMember, centre: Centre) -> int:
    """Provisional loss reports of today; the clock has ticked."""
    lapses_at = clock.now() + timedelta(hours=72)
    for _ in range(REPORTS):
        make_loss_report(make_resident(), clerk, centre, status=Status.PROVISIONAL, lapses_at=lapses_at)
    jobs.tick()
    return REPORTS


def lapsed() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(LossReport).where(LossReport.status == Status.LAPSED)) or 0


JUMPS = {"+4 days": timedelta(days=4), "-1 hour": timedelta(hours=-1), "-4 days": timedelta(days=-4), "+1 hour": timedelta(hours=1)}


@pytest.mark.parametrize("jump", JUMPS)
def test_a_tick_after_a_jump_lapses_no_report(app: Flask, reports: int, jump: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(clock.now() + JUMPS[jump], tick=False):
        monkeypatch.setattr(clock_watch, "read", believing_database(clock_watch.read))
        jobs.tick()
        assert (lapsed(), mark_of().doubt) == (0, Doubt.AHEAD if JUMPS[jump] > timedelta(0) else Doubt.BEHIND)


def believing_database(look: Callable[[], Reading]) -> Callable[[], Reading]:
    """The database's machine made the same jump."""

    def read() -> Reading:
        reading = look()
        return replace(reading, database_now=reading.now)

    return read


def test_control_without_the_watch_one_tick_lapses_them_all(app: Flask, reports: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_watch, "is_believed", lambda: True)
    with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
        jobs.tick()
        assert lapsed() == reports


def test_a_confirmed_time_lapses_what_has_run_out_and_stands_in_the_log(app: Flask, reports: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
        monkeypatch.setattr(clock_watch, "read", believing_database(clock_watch.read))
        jobs.tick()
        said = app.test_cli_runner().invoke(args=["confirm-time", "--yes"])
        assert said.exit_code == 0, said.output
        jobs.tick()
        assert lapsed() == reports
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "system.time_confirmed")).one()
    assert entry.changes["doubt"] == "ahead"


def test_what_is_done_for_good_waits_and_all_else_goes_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    for name in jobs.PERIODIC.get():
        monkeypatch.setitem(jobs.PERIODIC.get(), name, lambda name=name: ran.append(name))
    monkeypatch.setattr(clock_watch, "is_believed", lambda: False)
    jobs.tick()
    assert set(ran) == {"audit.seal", "audit.seal_notes", "audit.anchor", "residents.alarms"}


def test_the_system_page_and_the_administrators_home_say_it(sign_in: Callable[..., FlaskClient], reports: int) -> None:
    browser = sign_in("administrator")
    assert "is not trusted" not in browser.get("/system").text
    with db.engine.begin() as connection:
        connection.execute(sa.update(ClockMark).values(doubt="ahead"))
    assert "The clock of this machine is not trusted." in browser.get("/system").text
    assert "The clock of this machine is not trusted." in browser.get("/").text
