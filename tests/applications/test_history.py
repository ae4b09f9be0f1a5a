"""Whatever is tried, and whoever is killed or held up meanwhile: the history of a case could have been one act at a time."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from admin_app.applications.models import Application, Decision
from admin_app.applications.operations import claims, decisions
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict
from admin_app.foundation.jobs.models import Job
from admin_app.staff.models import StaffMember
from tests.applications.history import Act, State, anomalies, entries, lived_through, read, states
from tests.factories.applications import make_application, make_document, make_ready_case
from tests.factories.foundation import make_file
from tests.faults.inspection import decision_faults

SOME, MANY = (400, 2, 4, 8), (20_000, 4, 20, 50)
"""Acts, processes, kills, cases: what a commit waits for, and what `make proof` does in each of its parts."""
PARTS = 10
"""In which 200,000 acts are done, each on cases of its own: no act touches two, so that a history is right where those of its cases are."""


def lay_out(clerk: StaffMember, centre: Centre, count: int) -> list[str]:
    """Cases that whoever claims them could decide, each of somebody else."""
    made, papers = [], make_file().id
    for _number in range(count):
        case = make_application(clerk, centre)
        for material in decisions.queries.materials_of(case):
            make_document(case, material, "accepted", file_id=papers)
        made.append(case.public_id)
    return made


@pytest.mark.parametrize(
    ("size", "seed"), [(SOME, 48), *(pytest.param(MANY, 480 + part, marks=pytest.mark.proof, id=f"part-{part}") for part in range(PARTS))]
)
def test_every_history_could_have_been_one_act_at_a_time(
    app: Flask, tmp_path: Path, clerk: StaffMember, centre: Centre, make_staff, size: tuple[int, int, int, int], seed: int
) -> None:
    acts, workers, kills, count = size
    cases = lay_out(clerk, centre, count)
    people = [make_staff(role, username=f"{role}{n}").id for role in ("reviewer", "supervisor") for n in range(2)]
    bosses = people[2:]
    killed = lived_through(app, tmp_path / "book", cases, people, acts=acts, workers=workers, kills=kills, seed=seed)
    tried = read(tmp_path / "book")
    found = anomalies(tried, entries(), states(), bosses)
    assert not found, "\n".join(found)
    told = [deed for _case, deed, _act, _who in entries()]
    ordered = select(func.count(Job.id)).where(Job.name == "cards.request")
    assert db.session.scalar(select(func.count(Decision.id))) == told.count("approved") + told.count("rejected")
    assert db.session.scalar(ordered) == told.count("approved")
    answers = [one.answer for one in tried]
    assert killed > kills // 2 and min(answers.count("done"), answers.count("conflict")) > len(tried) // 10


TOLD = [("c", "claimed", "1", 7), ("c", "released", "2", 7)]
TRIED = [Act("1", "claimed", "c", 7, 1.0, 2.0, "done"), Act("2", "released", "c", 7, 3.0, 4.0, "done")]


def test_a_history_without_a_fault_is_right():
    assert anomalies(TRIED, TOLD, {"c": State()}) == []
    assert anomalies([TRIED[0], replace(TRIED[1], answer="unknown", ended=float("inf"))], TOLD, {"c": State()}) == []


@pytest.mark.parametrize(
    ("tried", "told", "final"),
    [
        (TRIED, TOLD[:1], State("in_review", 7)),  # done and not told
        (TRIED, [*TOLD, TOLD[1]], State()),  # told twice
        (TRIED, TOLD, State("in_review", 7)),  # the case is elsewhere
        (TRIED, TOLD[::-1], State("in_review", 7)),  # released before it was claimed
        ([replace(TRIED[0], begun=5.0, ended=6.0), TRIED[1]], TOLD, State()),  # told in another order than it happened
        ([*TRIED, Act("3", "claimed", "c", 8, 5.0, 6.0, "conflict")], TOLD, State()),  # refused while it could be done
        ([replace(TRIED[0], answer="conflict"), TRIED[1]], TOLD, State()),  # refused and done all the same
        (TRIED, [("c", "claimed", "1", 9), TOLD[1]], State()),  # by somebody else
        ([*TRIED, Act("3", "claimed", "c", 8, 1.5, 3.5, "done")], [TOLD[0], ("c", "claimed", "3", 8)], State("in_review", 8)),  # two owners
    ],
)
def test_control_what_cannot_be_is_an_anomaly(tried: list[Act], told, final: State):
    assert anomalies(tried, told, {"c": final})


def held_up(case_id: int, version: int, who: int) -> int:
    """A process in which somebody has the page of a case before him and is stopped (SIGSTOP) before he presses; its id once it is."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child:
        os.waitpid(child, os.WUNTRACED)
        return child
    code = 1
    try:
        os.kill(os.getpid(), signal.SIGSTOP)
        with transaction() as session:
            decisions.approve(session.get_one(Application, case_id), by=session.get_one(StaffMember, who), version=version)
        code = 0
    except Conflict:
        code = 9
    finally:
        os._exit(code)


def goes_on(child: int) -> int:
    """Let the process go on; 9 if it was refused."""
    os.kill(child, signal.SIGCONT)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("rounds", [3, pytest.param(500, marks=pytest.mark.proof)])
def test_whoever_was_held_up_until_somebody_else_took_the_case_over_is_refused(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre, rounds: int
) -> None:
    mine, other = reviewer.id, colleague.id
    cases = [make_ready_case(clerk, reviewer, centre) for _round in range(rounds)]
    for case_id, version in [(case.id, case.version) for case in cases]:
        child = held_up(case_id, version, mine)
        with transaction() as session:  # half an hour passes
            session.execute(update(Application).where(Application.id == case_id).values(lease_until=clock.now()))
        with transaction() as session:
            claims.claim(session.get_one(Application, case_id), by=session.get_one(StaffMember, other))
        assert goes_on(child) == 9
        db.session.rollback()
        left = db.session.get_one(Application, case_id)
        assert (left.status, left.owner_id, len(left.decisions)) == ("in_review", other, 0)
    assert decision_faults() == []


def test_control_whoever_was_held_up_while_nobody_took_the_case_decides(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    case_id = case.id
    assert goes_on(held_up(case_id, case.version, reviewer.id)) == 0
    db.session.rollback()
    assert db.session.get_one(Application, case_id).status == "approved"
