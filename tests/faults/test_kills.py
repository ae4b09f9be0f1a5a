"""SIGKILL to web and worker at random moments, while reviewers decide and labels are printed: nothing is half, lost or there twice."""

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
from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import DONE, RUNNING, Job
from admin_app.mailing.models import Label, MailingBatch, SheetCell
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_decidable, make_decision, make_ready_case
from tests.factories.mailing import labelled_batch, open_batch, ready_cards
from tests.faults.inspection import decision_faults, file_faults, job_faults
from tests.faults.processes import Client, Processes, real_office, wait_until
from tests.owner import unguarded_transaction

SEED = 20261126
SOME, MANY = 16, 100
"""Kills of one test: what a commit waits for, and what `make proof` does."""
REVIEWERS, BATCHES = 4, 6
CASES_A_KILL = 4
"""Of each reviewer; enough to go on deciding until the last kill."""
Staff = Callable[..., StaffMember]


@pytest.fixture
def processes(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    """The desk as it runs."""
    with real_office(app, tmp_path, monkeypatch) as started:
        yield started


@dataclass
class Driver(threading.Thread):
    """A reviewer who decides one case after the other and, when an answer is lost, sends the same form again or gives up."""

    client: Client
    references: list[str]
    seed: int
    statuses: list[int | None] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__()

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        """Until there is no case left, or it is over."""
        chance = random.Random(self.seed)
        for reference in self.references:
            if self.over.is_set():
                return
            self._decide(reference, chance)
            time.sleep(chance.uniform(0, 0.05))

    def _decide(self, reference: str, chance: random.Random) -> None:
        form = (
            {"version": 1, "kind": "approve"}
            if chance.random() < 0.7
            else {"version": 1, "kind": "reject", "reject_reason": "not_entitled"}
        )
        status = None
        while status is None:
            status = self.client.post(f"/applications/{reference}/decide", **form)
            self.statuses.append(status)
            if status is None and chance.random() < 0.3:
                return


def order_labels(client: Client, batches: list[str], over: threading.Event) -> None:
    """A mailroom clerk who orders the labels of one batch after the other."""
    for public_id in batches:
        while client.post(f"/mailing/batches/{public_id}/labels") is None:
            time.sleep(0.05)
        over.wait(1.5)


def shoot(processes: Processes, rounds: int) -> None:
    """Kill something in every round, at a moment that the seed chooses; the worker while it prints."""
    chance = random.Random(SEED)
    for number in range(rounds):
        time.sleep(chance.uniform(0.05, 0.4))
        if number == rounds // 2:
            processes.kill("web")
        elif number % 10 == 6:
            wait_until(_is_printing, "a label job")
            time.sleep(chance.uniform(0, 0.4))
            processes.kill("worker")
        else:
            processes.kill_web_process()


def _is_printing() -> bool:
    db.session.rollback()
    waits = select(func.count(Job.id)).where(Job.name == "mailing.render_labels")
    return db.session.scalar(waits.where(Job.status == RUNNING)) or not db.session.scalar(waits.where(Job.status != DONE))


def settle() -> None:
    """Time passes, the clock finds what got stuck, the worker does it: until every job is done, or five times nothing moves."""
    waiting, turns = _unfinished(), 0
    while waiting and turns < 5:
        past = clock.now() - timedelta(minutes=10)
        with transaction() as session:
            stuck = {"due_at": past, "heartbeat_at": past}
            session.execute(update(Job).where(Job.status != DONE).values(**stuck))
        jobs.reconcile()
        deadline = time.monotonic() + 10
        while _unfinished() and time.monotonic() < deadline:
            time.sleep(0.1)
        turns = turns + 1 if _unfinished() == waiting else 0
        waiting = _unfinished()


def _unfinished() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Job.id)).where(Job.status != DONE)) or 0


@pytest.fixture
def batches(clerk: StaffMember, centre: Centre, mailer: StaffMember) -> list[str]:
    """Open batches of three parcels each."""
    return [open_batch(ready_cards(3, clerk, centre, mailer), mailer).public_id for _ in range(BATCHES)]


def forget_preparations() -> None:
    """The cases behind the cards of the batches were laid out as approved, without a decision; take them out of the count."""
    with unguarded_transaction() as session:
        behind = select(Card.application_id)
        session.execute(update(Application).where(Application.id.in_(behind)).values(status="withdrawn", decided_by_id=None))


@pytest.mark.parametrize("rounds", [SOME, pytest.param(MANY, marks=pytest.mark.proof)])
def test_killing_web_and_worker_leaves_no_half_decision_and_no_lost_job(
    processes: Processes, make_staff: Staff, clerk: StaffMember, centre: Centre, batches: list[str], rounds: int
) -> None:
    forget_preparations()
    over = threading.Event()
    drivers = []
    for number in range(REVIEWERS):
        owner = make_staff("reviewer", username=f"reviewer{number}")
        references = [one.reference for one in make_decidable(clerk, owner, centre, rounds * CASES_A_KILL)]
        drivers.append(Driver(Client(processes.port, owner.username), references, SEED + number, over=over))
    mailroom = threading.Thread(target=order_labels, args=(Client(processes.port, "mailer"), batches, over))
    for thread in (*drivers, mailroom):
        thread.start()
    shoot(processes, rounds)
    over.set()
    for thread in (*drivers, mailroom):
        thread.join()
    assert decision_faults() == []
    settle()
    assert job_faults() + decision_faults() + file_faults() == []
    statuses = [status for driver in drivers for status in driver.statuses]
    assert statuses.count(None) >= rounds // 4, "the kills hit nothing"
    assert set(statuses) <= {None, 302, 409}
    decided = db.session.scalar(select(func.count(Decision.id)))
    assert statuses.count(302) <= decided <= statuses.count(302) + statuses.count(None)


def test_a_lost_answer_after_the_commit_and_the_same_form_again_is_one_decision(
    processes: Processes, clerk: StaffMember, reviewer: StaffMember, centre: Centre
) -> None:
    client = Client(processes.port, "reviewer")
    for is_killed, reference in enumerate([one.reference for one in make_decidable(clerk, reviewer, centre, 2)]):
        place, form = f"/applications/{reference}/decide", {"version": 1, "kind": "approve"}

        def until_committed(reference: str = reference, is_killed: int = is_killed) -> None:
            wait_until(lambda: status_of(reference) == "approved", "the commit")
            if is_killed:
                processes.kill_web_process()

        client.post_and_hang_up(place, until_committed, **form)
        again = None
        while again is None:
            again = client.post(place, **form)
        assert again == 409
    settle()
    assert decision_faults() + job_faults() == []
    assert db.session.scalar(select(func.count(Decision.id))) == 2


def status_of(reference: str) -> str:
    """As it stands in the database now."""
    db.session.rollback()
    return str(db.session.scalar(select(Application.status).where(Application.reference == reference)))


def without_decision(case: Application) -> None:
    db.session.execute(delete(Decision).where(Decision.application_id == case.id))


def with_two_decisions(case: Application) -> None:
    first = case.decisions[0]
    make_decision(case, first.decided_by, decided_on=first.decided_on)


def without_job(case: Application) -> None:
    db.session.execute(delete(Job).where(Job.dedupe_key == f"cards.request:{case.public_id}"))


def open_again(case: Application) -> None:
    case.status, case.is_open = "in_review", True


@pytest.mark.parametrize("damage", [without_decision, with_two_decisions, without_job, open_again])
def test_control_a_half_decision_is_noticed(
    damage: Callable[[Application], None], clerk: StaffMember, reviewer: StaffMember, centre: Centre
) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    with transaction():
        decisions.approve(case, by=reviewer)
    assert decision_faults() + job_faults() == []
    with unguarded_transaction():
        damage(case)
    assert case.reference in "".join(decision_faults())


def test_control_lost_and_doubled_work_is_noticed(clerk: StaffMember, reviewer: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    with transaction():
        decisions.approve(case, by=reviewer)
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    assert job_faults() + file_faults() == []
    with transaction() as session:
        session.execute(update(SheetCell).values(label_id=None))  # each label lies in a cell
        session.execute(delete(Label))
        session.execute(update(Job).where(Job.name == "cards.request").values(status=RUNNING))
        session.execute(delete(Card).where(Card.application_id == case.id))
        session.get_one(MailingBatch, batch.id).labels_file.sha256 = "0" * 64
    found = "\n".join(job_faults() + file_faults())
    assert all(part in found for part in ("0 labels", "is running", f"{case.reference} has 0 cards", "ObjectMissing")), found
