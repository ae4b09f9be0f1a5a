"""A random history of what people do to cases, from several processes that are killed meanwhile; and what must be true of any such history.

The database is asked to be one thing: as if the acts on a case had come one after another, each at some moment between its beginning and
its end. The log gives their order, since every act carries an id that its entry keeps; a model of the states replays it.
"""

import json
import os
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from admin_app.applications.models import Application
from admin_app.applications.operations import claims, decisions
from admin_app.audit.models import AuditEntry
from admin_app.foundation import origin
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.staff.models import StaffMember

DEEDS: dict[str, Callable[[Application, StaffMember], object]] = {
    "claimed": lambda case, by: claims.claim(case, by=by),
    "released": lambda case, by: claims.release(case, by=by),
    "approved": lambda case, by: decisions.approve(case, by=by),
    "rejected": lambda case, by: decisions.reject(case, by=by, reasons=["not_entitled"]),
    "reopened": lambda case, by: decisions.reopen(case, by=by, reason="looked at it once more"),
}
"""What the log calls it -> the operation."""
OFTEN = {"claimed": 10, "released": 6, "rejected": 4, "reopened": 4, "approved": 1}
"""An approval ends a case for good, so it is rare."""
HELD = "in_review"


@dataclass
class Act:
    """One try of somebody, as the one who tried saw it."""

    id: str
    deed: str
    case: str
    who: int
    begun: float
    ended: float = float("inf")
    """Never: whoever tried was killed, and nobody knows what came of it."""
    answer: str = "unknown"
    """'done', 'conflict', 'refused', 'unknown'."""


@dataclass(frozen=True)
class State:
    """Where a case stands."""

    status: str = "submitted"
    owner: int | None = None

    def after(self, deed: str, who: int, bosses: Collection[int] = ()) -> "State | None":
        """Where it stands then; None: it may not be. Supervisors (`bosses`) give back what others hold, too."""
        if deed == "claimed":
            return State(HELD, who) if self.status == "submitted" else None
        if deed == "reopened":
            return State(HELD, who) if self.status == "rejected" else None
        if self.status == HELD and deed == "released" and who in bosses:
            return State()
        if (self.status, self.owner) != (HELD, who):
            return None
        return State("submitted") if deed == "released" else State(deed)

    def is_kept(self, deed: str, who: int) -> bool:
        """Whether it is a deed that changes nothing and leaves no entry: somebody claims what he holds."""
        return deed == "claimed" and (self.status, self.owner) == (HELD, who)


def act(cases: Sequence[str], people: Sequence[int], chance: random.Random, tell: Callable[[dict[str, Any]], None]) -> None:
    """Try one thing, say so before and after."""
    tried = Act(
        new_public_id(), chance.choices([*OFTEN], [*OFTEN.values()])[0], chance.choice(cases), chance.choice(people), time.monotonic()
    )
    tell(vars(tried))
    origin.request_id.set(tried.id)
    answer = "done"
    try:
        with transaction() as session:
            case = session.scalars(select(Application).where(Application.public_id == tried.case)).one()
            DEEDS[tried.deed](case, session.get_one(StaffMember, tried.who))
    except Conflict:
        answer = "conflict"
    except DomainError:
        answer = "refused"
    db.session.remove()
    tell({"id": tried.id, "ended": time.monotonic(), "answer": answer})


def begin(app: Flask, book: Path, count: int, *what: Any, seed: int) -> int:
    """Start a process that tries so many things and writes them down in `book`; its id."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        line = os.open(book, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        with app.app_context():
            chance = random.Random(seed)
            for _number in range(count):
                act(*what, chance, lambda said: os.write(line, json.dumps(said).encode() + b"\n") and None)
        code = 0
    finally:
        os._exit(code)


def lived_through(app: Flask, book: Path, *what: Any, acts: int, workers: int, kills: int, seed: int) -> int:
    """Let `workers` processes try `acts` things in all while one after the other of them is killed; returns how many really were."""
    chance, killed, running = random.Random(seed), 0, set[int]()
    share = max(1, acts // (workers + kills))
    waiting = [seed * 1000 + number for number in range(workers + kills)]
    while waiting or running:
        while waiting and len(running) < workers:
            running.add(begin(app, book, share, *what, seed=waiting.pop()))
        if killed < kills and waiting:
            _wait_for_lines(book, _lines_of(book) + chance.randrange(share))  # fewer than the newest writes: it is still at work
            os.kill(victim := max(running), signal.SIGKILL)
            killed += os.WIFSIGNALED(os.waitpid(victim, 0)[1])
            running.discard(victim)
        else:
            running.discard(os.wait()[0])
    return killed


def _lines_of(book: Path) -> int:
    return book.read_bytes().count(b"\n") if book.exists() else 0


def _wait_for_lines(book: Path, wanted: int) -> None:
    patience = time.monotonic() + 60
    while _lines_of(book) < wanted and time.monotonic() < patience:
        time.sleep(0.001)


def read(book: Path) -> list[Act]:
    """What was tried, in the order in which it was begun."""
    acts: dict[str, Act] = {}
    for line in book.read_text().splitlines():
        said = json.loads(line)
        if said["id"] in acts:
            vars(acts[said["id"]]).update(said)
        else:
            acts[said["id"]] = Act(**said)
    return sorted(acts.values(), key=lambda one: one.begun)


def entries() -> list[tuple[str, str, str, int | None]]:
    """Case, deed, id of the act and who, of every move in the log, in its order."""
    db.session.rollback()
    asked = select(AuditEntry.case_ref, AuditEntry.action, AuditEntry.request_id, AuditEntry.actor_id).order_by(AuditEntry.id)
    names = {f"applications.{deed}": deed for deed in DEEDS}
    return [(str(case), names[action], str(act), who) for case, action, act, who in db.session.execute(asked) if action in names]


def states() -> dict[str, State]:
    """Where each case stands in the database."""
    db.session.rollback()
    asked = select(Application.public_id, Application.status, Application.owner_id)
    return {case: State(status, owner) for case, status, owner in db.session.execute(asked)}


def anomalies(
    acts: list[Act], log: list[tuple[str, str, str, int | None]], final: dict[str, State], bosses: Collection[int] = ()
) -> list[str]:
    """Everything that cannot be in a history of acts that came one after another, each whole or not at all."""
    known, tried = {one.id: one for one in acts}, defaultdict(list)
    for one in acts:
        tried[one.case].append(one)
    told = defaultdict(list)
    for case, deed, act_id, who in log:
        told[case].append((known.get(act_id), deed, who))
    counts = Counter(act_id for _case, _deed, act_id, _who in log)
    found = [f"{one.deed} is told {counts[one.id]} times, its answer was {one.answer}" for one in acts if counts[one.id] > _most(one)]
    for case, state in final.items():
        found += [f"{case}: {fault}" for fault in _of_case(told[case], tried[case], state, counts, bosses)]
    return found


def _most(one: Act) -> int:
    return 1 if one.answer in ("done", "unknown") else 0


def _of_case(
    told: list[tuple[Act | None, str, int | None]], tried: list[Act], final: State, counts: Counter[str], bosses: Collection[int]
) -> Iterator[str]:
    state, past = State(), [(float("-inf"), float("-inf"), State())]
    for one, deed, who in told:
        following = state.after(deed, who or 0, bosses)
        if one is None or (one.deed, one.who) != (deed, who):
            yield f"{deed} by {who} is of no act"
            return
        if following is None:
            yield f"{deed} by {who} while {state}"
            return
        state = following
        past.append((one.begun, one.ended, state))
    yield from (
        f"an act that ended before another began is told after it, {one} {other}" for one, other in pairwise(past) if other[1] < one[0]
    )
    if state != final:
        yield f"the log ends with {state}, the case is {final}"
    for one in tried:
        if counts[one.id] == 0 and one.answer in ("done", "conflict"):
            yield from _of_silent(one, past, bosses)


def _of_silent(one: Act, past: list[tuple[float, float, State]], bosses: Collection[int]) -> Iterator[str]:
    """An act without an entry: at some moment while it was tried the case was in a state in which that is right."""
    ends = [*(ended for _begun, ended, _state in past[1:]), float("inf")]
    possible = [state for (begun, _ended, state), end in zip(past, ends, strict=True) if begun <= one.ended and end >= one.begun]
    if one.answer == "done" and not any(state.is_kept(one.deed, one.who) for state in possible):
        yield f"{one.deed} was done and is not told"
    if one.answer == "conflict" and all(state.after(one.deed, one.who, bosses) for state in possible):
        yield f"{one.deed} was refused while it could be done"
