"""SIGKILL to web and worker around the window in which a decision can be taken back: decision and consequence, or neither, none twice."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from admin_app.applications.models import Application, Decision
from admin_app.applications.operations import decisions
from admin_app.audit.models import AuditEntry
from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import DONE, Job
from admin_app.foundation.undo.models import UndoWindow
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_decidable, make_ready_case
from tests.factories.cards import new_card
from tests.faults.processes import Client, Processes, real_office, wait_until
from tests.owner import unguarded_transaction
from tests.undoing import take_back

SEED = 20261130
SOME, MANY = 8, 100
"""Kills of one test: what a commit waits for, and what `make proof` does."""
SECONDS = 2
"""The window of this office: short, so that many of them close while things are killed, and long enough for a busy machine."""
REVIEWERS, CASES_A_KILL = 3, 3


@pytest.fixture
def processes(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    """The desk as it runs, with windows; the test is the clock process."""
    with real_office(app, tmp_path, monkeypatch, undo_seconds=SECONDS) as started:
        yield started


@dataclass
class Driver(threading.Thread):
    """A reviewer who approves, takes some of it back around the end of the window, and now and then approves again."""

    app: Flask
    client: Client
    cases: list[tuple[str, int]]
    seed: int
    over: threading.Event
    statuses: list[int | None] = field(default_factory=list)
    told: dict[int, bool] = field(default_factory=dict)
    """Id of a case -> whether the last answer about it was sure, so that what it said must be so."""

    def __post_init__(self) -> None:
        super().__init__()

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        """Until there is no case left, or it is over."""
        chance = random.Random(self.seed)
        for reference, number in self.cases:
            if self.over.is_set():
                return
            self._send(f"/applications/{reference}/decide", version=1, kind="approve")
            if chance.random() < 0.7:
                time.sleep(chance.choice((0.0, 0.3, SECONDS - 0.05, SECONDS, SECONDS + 0.1)))
                self._take_back(number)

    def _send(self, path: str, **form: object) -> None:
        status = None
        while status is None and not self.over.is_set():
            status = self.client.post(path, **form)
            self.statuses.append(status)

    def _take_back(self, number: int) -> None:
        with self.app.app_context():
            mine = select(UndoWindow.public_id).where(UndoWindow.subject_id == number).order_by(UndoWindow.id.desc()).limit(1)
            window = db.session.scalar(mine)
            db.session.remove()
        if window:
            self._send("/account/undo/", window=window)


def shoot(processes: Processes, rounds: int) -> None:
    """Kill something in every round, at a moment that the seed chooses; the clock has its turn in between."""
    chance = random.Random(SEED)
    for number in range(rounds):
        time.sleep(chance.uniform(0.05, 0.4))
        jobs.reconcile()
        if number % 3 == 2:
            processes.kill("worker")
        elif number == rounds // 2:
            processes.kill("web")
        else:
            processes.kill_web_process()


def settle() -> None:
    """The windows close, what got stuck is found, and the worker does it."""
    deadline = time.monotonic() + 90
    while _unfinished() and time.monotonic() < deadline:
        past = clock.now() - timedelta(minutes=10)
        with transaction() as session:
            session.execute(update(Job).where(Job.status != DONE, Job.due_at < clock.now()).values(due_at=past, heartbeat_at=past))
        jobs.reconcile()
        time.sleep(1)


def _unfinished() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Job.id)).where(Job.status != DONE)) or 0


def halves() -> list[str]:
    """Cases of which something is there without the rest, or twice; call it when nothing waits any more."""
    db.session.rollback()
    found = []
    for case in db.session.scalars(select(Application)):
        is_approved = case.status == "approved"
        entries = list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.case_ref == case.public_id)))
        given, back = entries.count("applications.approved"), entries.count("applications.decision_taken_back")
        used = db.session.scalar(
            select(func.count(UndoWindow.id)).where(UndoWindow.subject_id == case.id, UndoWindow.taken_back_at.is_not(None))
        )
        there = {
            "cards": db.session.scalar(select(func.count(Card.id)).where(Card.application_id == case.id)),
            "card entries": entries.count("cards.requested"),
            "decisions": db.session.scalar(select(func.count(Decision.id)).where(Decision.application_id == case.id)),
            "jobs": db.session.scalar(select(func.count(Job.id)).where(Job.dedupe_key == f"cards.request:{case.public_id}")),
            "given and not taken back": given - back,
        }
        if set(there.values()) != {int(is_approved)} or used != back:
            found.append(f"{case.reference} is {case.status} with {there}, {used} windows used, taken back {back} times")
    return found


@pytest.mark.parametrize("rounds", [SOME, pytest.param(MANY, marks=pytest.mark.proof)])
def test_killing_anything_around_the_window_leaves_decision_and_card_both_or_neither(
    app: Flask, processes: Processes, make_staff: Callable[..., StaffMember], clerk: StaffMember, centre: Centre, rounds: int
) -> None:
    over, drivers = threading.Event(), []
    for number in range(REVIEWERS):
        owner = make_staff("reviewer", username=f"reviewer{number}")
        cases = [(one.reference, one.id) for one in make_decidable(clerk, owner, centre, rounds * CASES_A_KILL)]
        drivers.append(Driver(app, Client(processes.port, owner.username), cases, SEED + number, over))
    for driver in drivers:
        driver.start()
    shoot(processes, rounds)
    wait_until(_both_came, "something that was taken back and something that stands")
    over.set()
    for driver in drivers:
        driver.join()
    settle()
    assert _unfinished() == 0
    assert halves() == []
    statuses = [status for driver in drivers for status in driver.statuses]
    assert set(statuses) <= {None, 302, 409} and statuses.count(None) > 0, "the kills hit nothing"


def _both_came() -> bool:
    db.session.rollback()
    jobs.reconcile()
    back = db.session.scalar(select(func.count(UndoWindow.id)).where(UndoWindow.taken_back_at.is_not(None)))
    return bool(back and db.session.scalar(select(func.count(Card.id))))


def a_card_too_many(case: Application) -> None:
    db.session.add(new_card(case, copy=2))


def a_job_left(case: Application) -> None:
    jobs.enqueue("cards.request", dedupe_key=f"cards.request:{case.public_id}", application_id=case.id)


def no_decision(case: Application) -> None:
    db.session.execute(delete(Decision).where(Decision.application_id == case.id))


DAMAGES = [(a_card_too_many, True), (a_card_too_many, False), (a_job_left, True), (no_decision, False)]


@pytest.mark.parametrize(("damage", "is_back"), DAMAGES)
def test_control_a_half_is_noticed(
    damage: Callable[[Application], None],
    is_back: bool,
    clerk: StaffMember,
    reviewer: StaffMember,
    centre: Centre,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    monkeypatch.setattr(settings.current(), "undo_seconds", 60 if is_back else 0)
    with transaction():
        decisions.approve(case, by=reviewer)
    if is_back:
        take_back(reviewer)
    assert halves() == []
    with unguarded_transaction():
        damage(case)
    assert case.reference in "".join(halves())
