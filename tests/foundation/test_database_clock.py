"""What runs out by time goes by the database's clock: a machine whose clock is wrong or moves ends no claim, session or job (T-69)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.applications.operations import claims
from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.foundation import clock, clock_watch, database_clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import RUNNING, Job
from admin_app.foundation.per_app import PerApp
from admin_app.staff.models import StaffMember
from admin_app.staff.operations import second_factor
from tests.factories.applications import held_by, make_application
from tests.factories.audit import make_entry
from tests.factories.foundation import make_job
from tests.factories.staff import SECRET, give_second_factor

JUMPS = {"+10 min": timedelta(minutes=10), "-10 min": timedelta(minutes=-10), "+1 h": timedelta(hours=1), "-1 h": timedelta(hours=-1)}
CLOSE = timedelta(seconds=5)
STATE: tuple[PerApp[object], ...] = (clock._KNOWN, database_clock._DUE)  # type: ignore[assignment]


@pytest.fixture
def served(app: Flask) -> Iterator[Flask]:
    """The app as a process that serves: it goes by the database's clock, which was right when the clock process last looked."""
    assert clock_watch.is_believed()
    database_clock.follow()
    yield app
    for state in STATE:
        state.put(None)


@pytest.fixture(params=JUMPS)
def moved(request: pytest.FixtureRequest) -> timedelta:
    """By how much the machine's clock is moved."""
    return JUMPS[request.param]


def ask_again() -> None:
    """A minute is over."""
    database_clock.follow()


def reviewers_case(reviewer: StaffMember, clerk: StaffMember, centre: Centre) -> Application:
    return make_application(clerk, centre, **held_by(reviewer, claimed_at=clock.now(), lease_until=clock.now() + timedelta(minutes=5)))


@pytest.mark.parametrize("asked", ["meanwhile", "after the jump"])
def test_time_goes_on_as_if_the_clock_had_not_been_moved(served: Flask, moved: timedelta, asked: str) -> None:
    right = datetime.now(UTC)
    with time_machine.travel(right + moved):
        if asked == "after the jump":
            ask_again()
        assert abs(clock.machine_now() - right - moved) < CLOSE, "the machine's own clock is wrong"
        assert abs(clock.now() - right) < CLOSE


def test_claims_are_held_and_run_out_when_they_would_have(
    served: Flask, moved: timedelta, reviewer: StaffMember, colleague: StaffMember, clerk: StaffMember, centre: Centre
) -> None:
    case, over = (reviewers_case(reviewer, clerk, centre) for _ in range(2))
    with transaction():
        over.lease_until = clock.now() - timedelta(seconds=1)
    with time_machine.travel(datetime.now(UTC) + moved):
        ask_again()
        with pytest.raises(claims.ClaimedByAnother), transaction():
            claims.claim(case, by=colleague)
        with transaction():
            claims.claim(over, by=colleague)
            claims.claim(case, by=reviewer)
    assert abs((case.lease_until or clock.now()) - clock.now() - timedelta(minutes=30)) < CLOSE


@pytest.mark.parametrize("jump", ["+10 min", "+1 h"])
def test_control_by_the_machines_clock_somebody_else_takes_the_case(
    app: Flask, jump: str, reviewer: StaffMember, colleague: StaffMember, clerk: StaffMember, centre: Centre
) -> None:
    case = reviewers_case(reviewer, clerk, centre)
    with time_machine.travel(datetime.now(UTC) + JUMPS[jump]), transaction():
        claims.claim(case, by=colleague)


def test_sessions_and_fresh_proofs_last_as_long_as_they_would_have(served: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    browser = sign_in("supervisor")
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        ask_again()
        assert browser.get("/account/").status_code == 200


def test_control_by_the_machines_clock_the_session_is_over(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    browser = sign_in("supervisor")
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        assert browser.get("/account/").status_code == 302


def test_codes_of_an_authenticator_are_right_by_their_own_clock(served: Flask, moved: timedelta, reviewer: StaffMember) -> None:
    give_second_factor(reviewer)
    right = datetime.now(UTC)
    with time_machine.travel(right + moved):
        ask_again()
        with transaction():
            assert not second_factor.is_right(reviewer, pyotp.TOTP(SECRET).at(right + timedelta(seconds=100)))
            assert second_factor.is_right(reviewer, pyotp.TOTP(SECRET).at(clock.now() + timedelta(seconds=30))), "the drift that is allowed"


def test_control_by_the_machines_clock_a_right_code_is_refused(app: Flask, moved: timedelta, reviewer: StaffMember) -> None:
    give_second_factor(reviewer)
    right = datetime.now(UTC)
    with time_machine.travel(right + moved), transaction():
        assert not second_factor.is_right(reviewer, pyotp.TOTP(SECRET).at(right))


def job_state() -> str:
    db.session.rollback()
    return db.session.scalars(sa.select(Job.status)).one()


def test_a_job_at_work_is_not_taken_away(served: Flask) -> None:
    make_job(status=RUNNING, heartbeat_at=clock.now(), started_at=clock.now())
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        ask_again()
        jobs._free_stale()
    assert job_state() == RUNNING


def test_control_by_the_machines_clock_it_is_taken_away(app: Flask) -> None:
    make_job(status=RUNNING, heartbeat_at=clock.now(), started_at=clock.now())
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        jobs._free_stale()
    assert job_state() != RUNNING


def times_of_entries() -> list[datetime]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEntry.at).order_by(AuditEntry.id)))


def test_the_log_stays_in_order_while_the_clock_moves_to_and_fro(served: Flask) -> None:
    for jump in (timedelta(0), *JUMPS.values(), timedelta(0)):
        with time_machine.travel(datetime.now(UTC) + jump):
            make_entry(at=clock.now())
            ask_again()
            make_entry(at=clock.now())
    times = times_of_entries()
    assert times == sorted(times) and len(times) == 12


def test_control_by_the_machines_clock_it_does_not(app: Flask) -> None:
    for jump in JUMPS.values():
        with time_machine.travel(datetime.now(UTC) + jump):
            make_entry(at=clock.now())
    assert times_of_entries() != sorted(times_of_entries())


def test_a_correction_within_what_is_believed_is_followed(served: Flask, database_name: str) -> None:
    """A time service that sets the machine right by some seconds: the file has no better clock, the server has."""
    right = datetime.now(UTC)
    with time_machine.travel(right + timedelta(seconds=90)):
        ask_again()
        assert abs(clock.now() - right - timedelta(seconds=90 if database_name == "sqlite" else 0)) < CLOSE


def test_a_confirmed_time_is_gone_by(served: Flask, database_name: str) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        clock_watch.believe(clock_watch.read())  # as confirm-time does
        ask_again()
        is_moved = abs(clock.now() - clock.machine_now()) < CLOSE
    assert is_moved is (database_name == "sqlite"), "the server's clock still is the clock"


def test_a_database_that_does_not_answer_leaves_time_as_it_goes(served: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> clock.Known:
        raise sa.exc.OperationalError("", {}, Exception())

    monkeypatch.setattr(database_clock, "_in_file", away)
    monkeypatch.setattr(database_clock, "_on_server", away)
    right = datetime.now(UTC)
    with time_machine.travel(right + timedelta(hours=1)):
        ask_again()
        assert abs(clock.now() - right) < CLOSE


def test_it_is_asked_once_a_minute_and_not_by_every_page(served: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    known = clock.Known(clock.now(), clock.counted())
    for name in ("_in_file", "_on_server"):
        monkeypatch.setattr(database_clock, name, lambda: (asked.append(1), known)[1])
    for _ in range(3):
        client.get("/sign-in")
    assert asked == []
    database_clock._DUE.put(clock.counted() - 1)
    for _ in range(3):
        client.get("/sign-in")
    assert asked == [1]


def test_control_a_process_that_does_not_serve_goes_by_its_machine(app: Flask) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        database_clock.keep_right()
        assert abs(clock.now() - clock.machine_now()) < CLOSE
