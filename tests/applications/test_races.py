"""Many people at once: one owner, one decision, nobody forgotten."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, event, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from admin_app.applications.models import Application, Decision
from admin_app.applications.operations import claims, decisions
from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.foundation import database
from admin_app.foundation.database import db, transaction
from admin_app.foundation.database_trouble import Trouble, trouble_of
from admin_app.foundation.errors import Conflict
from admin_app.staff.models import StaffMember
from tests.apps import FILE_KEY
from tests.at_once import at_once
from tests.databases.way_back import never_wait_for_the_disk
from tests.factories.applications import make_ready_case, make_unclaimed


def lay_aside(session: Any, case_id: int) -> None:
    """Off the desk of whoever took it, or they would be given no other; its lease keeps it from everybody else."""
    session.execute(update(Application).where(Application.id == case_id).values(owner_id=None))


def drain(reviewer_id: int) -> list[int]:
    """Press «next case» until there is none."""
    taken = []
    while True:
        with transaction() as session:
            found = claims.next_case(by=session.get(StaffMember, reviewer_id))
            if found is None:
                return taken
            taken.append(found.id)
            lay_aside(session, found.id)


@pytest.fixture
def roomy(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A connection for each of 64 workers: with the usual pool of thirty, half of them would only wait for one."""
    options = database.engine_options(str(app.config["SQLALCHEMY_DATABASE_URI"])) | {"pool_size": 64, "max_overflow": 8}
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"], **options)
    database.prepare_engine(engine, FILE_KEY)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", never_wait_for_the_disk)
    monkeypatch.setitem(db.engines, None, engine)
    yield engine
    db.session.remove()
    engine.dispose()


def test_two_people_never_hold_one_case_and_none_is_left(
    app: Flask, roomy: Engine, database_name: str, clerk: StaffMember, centre: Centre, make_staff
) -> None:
    workers, count = (64, 2000) if database_name == "postgresql" else (16, 400)
    make_unclaimed(clerk, centre, count)
    people = [make_staff("reviewer", username=f"r{n}").id for n in range(workers)]
    shares = at_once(app, [lambda who=who: drain(who) for who in people])
    assert [share for share in shares if isinstance(share, Exception)] == []
    taken = Counter(case for share in shares for case in share)
    assert (len(taken), max(taken.values())) == (count, 1)
    claimed = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "applications.claimed")
    assert db.session.scalar(claimed) == count
    if database_name == "postgresql":
        assert roomy.pool.checkedin() > 30, "the workers did not have a connection each"


def naive_drain(reviewer_id: int) -> list[int]:
    """The way that does not work: look first, write later, without a guard."""
    taken = []
    while True:
        with db.engine.connect() as connection:
            free = select(Application.id).where(Application.status == "submitted").order_by(Application.due_on, Application.id)
            found = connection.scalar(free.limit(1))
        if found is None:
            return taken
        with transaction() as session:
            session.execute(update(Application).where(Application.id == found).values(status="in_review", owner_id=reviewer_id))
        taken.append(found)


def test_the_race_is_real(app: Flask, clerk: StaffMember, centre: Centre, make_staff) -> None:
    make_unclaimed(clerk, centre, 100)
    people = [make_staff("reviewer", username=f"r{n}").id for n in range(8)]
    shares = at_once(app, [lambda who=who: naive_drain(who) for who in people])
    taken = Counter(case for share in shares for case in share)
    assert max(taken.values()) > 1


def answered(work: Callable[[], str], asked_again: list[str]) -> str:
    """Do it as often as the desk asks for that (503, Retry-After), because too many stand before a lock or a new connection took too long.

    A deadlock is a fault. Before a lock it is only asked where nothing is decided yet (foundation/test_status_machine.py).
    """
    while True:
        try:
            return work()
        except SQLAlchemyError as error:
            trouble = trouble_of(error)
            if trouble not in (Trouble.LOCKED, Trouble.UNREACHABLE) or "deadlock" in str(error):
                raise
            asked_again.append(trouble)
            db.session.remove()


QUARTERS = [pytest.param(50, 250, marks=pytest.mark.proof, id=f"quarter-{number}") for number in range(4)]
"""Of the thousand cases that fifty people decide at once."""


@pytest.mark.parametrize(("people", "cases"), [(2, 5), (50, 1), *QUARTERS])
def test_one_case_gets_one_decision(app: Flask, people: int, cases: int, clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    asked_again: list[str] = []
    for _ in range(cases):
        case = make_ready_case(clerk, reviewer, centre)
        case_id, version, reviewer_id = case.id, case.version, reviewer.id

        def decide(place: int, case_id: int = case_id, version: int = version, reviewer_id: int = reviewer_id) -> str:
            with transaction() as session:
                loaded, by = session.get(Application, case_id), session.get(StaffMember, reviewer_id)
                if place % 2:
                    return decisions.approve(loaded, by=by, version=version).kind
                return decisions.reject(loaded, by=by, version=version, reasons=["not_entitled"]).kind

        results = at_once(app, [lambda place=place: answered(lambda: decide(place), asked_again) for place in range(people)])
        assert len([r for r in results if isinstance(r, str)]) == 1
        told = [r for r in results if not isinstance(r, str)]
        assert [r for r in told if not isinstance(r, Conflict) or reviewer.name_shown not in str(r.message)] == []
        count = select(func.count()).select_from(Decision).where(Decision.application_id == case_id)
        assert db.session.scalar(count) == 1
    print(f"{people} x {cases}: «try again» {dict(Counter(asked_again))}")
