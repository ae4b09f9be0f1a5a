"""Asking for the erasure of a resident's data, and what a second person says to it (ADR 0050)."""

from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.audit import operations as audit
from admin_app.erasures import queries
from admin_app.erasures.models import Erasure
from admin_app.erasures.rules import Answer, Why
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, NotAllowed
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import FAILED
from admin_app.residents.models import Resident
from admin_app.staff.permissions import verb

JOB = "erasures.erase"


class InTheWay(Conflict):
    """Something must end before the data may be erased; `details` has the sentences."""


@verb("erasures.ask")
def ask(resident: Resident, *, why: str, by: Actor) -> Erasure:
    """Ask a second supervisor to erase the data of a resident; `why` is a word of rules.Why. Raises Conflict, NotAllowed."""
    _refuse_one_centre(by)
    _lock(resident)
    last = queries.newest_of(resident)
    if last is not None and last.ended_at is None:
        raise Conflict(_l("Somebody has asked for this already."))
    _refuse_in_the_way(resident)
    made = Erasure(resident_id=resident.id, why=str(Why(why)), asked_by_id=by.staff_id, asked_at=clock.now())
    db.session.add(made)
    db.session.flush()
    _record("erasures.asked", made, by=by, why=made.why)
    return made


@verb("erasures.carry_out")
def carry_out(erasure: Erasure, *, by: Actor) -> None:
    """Erase what somebody else asked for: from now on nobody uses the records, and a job erases. Raises Conflict, NotAllowed."""
    _refuse_one_centre(by)
    resident = erasure.resident
    _lock(resident)
    _refuse_answered(erasure)
    if by.is_staff_member(erasure.asked_by_id):
        raise NotAllowed(_l("You asked for this yourself: another supervisor carries it out."))
    _refuse_in_the_way(resident)
    _answer(erasure, Answer.CARRY_OUT, by=by)
    resident.erased_at, resident.is_watched = erasure.answered_at, False
    erasure.job_id = jobs.enqueue(JOB, dedupe_key=f"{JOB}:{erasure.public_id}", by=by, erasure=erasure.public_id).id
    _record("erasures.approved", erasure, by=by)


@verb("erasures.refuse")
def refuse(erasure: Erasure, *, by: Actor) -> None:
    """Erase nothing; whoever asked takes it back so. Raises Conflict, NotAllowed."""
    _refuse_one_centre(by)
    _lock(erasure.resident)
    _refuse_answered(erasure)
    _answer(erasure, Answer.REFUSE, by=by)
    erasure.ended_at = erasure.answered_at
    _record("erasures.refused", erasure, by=by)


@verb("erasures.go_on")
def go_on(erasure: Erasure, *, by: Actor) -> None:
    """Let the job go on that was given up. Raises Conflict if none was."""
    if erasure.ended_at is not None or erasure.job is None or erasure.job.status != FAILED:
        raise Conflict(_l("There is nothing to continue: the job is running or has ended."))
    jobs.enqueue(JOB, dedupe_key=f"{JOB}:{erasure.public_id}", by=by, erasure=erasure.public_id)


def _lock(resident: Resident) -> None:
    """Whoever is at work on these records ends first; whoever comes later finds what was done."""
    db.session.refresh(resident, ["is_restricted", "erased_at"], with_for_update=True)
    if resident.erased_at is not None:
        raise Conflict(_l("The data of this resident are erased already."))


def _refuse_answered(erasure: Erasure) -> None:
    db.session.refresh(erasure)
    if erasure.answer is not None:
        raise Conflict(_l("Somebody has answered this already."))


def _refuse_in_the_way(resident: Resident) -> None:
    found = queries.obstacles(resident)
    if found:
        raise InTheWay(_l("This must end before the data may be erased: %(what)s", what=" ".join(map(str, found))))


def _answer(erasure: Erasure, answer: Answer, *, by: Actor) -> None:
    erasure.answer, erasure.answered_by_id, erasure.answered_at = str(answer), by.staff_id, clock.now()


def _record(action: str, erasure: Erasure, *, by: Actor, **facts: Any) -> None:
    audit.record(action, "resident", erasure.resident.public_id, by=by, changes={"erasure": erasure.public_id} | facts)


def _refuse_one_centre(by: Actor) -> None:
    if by.centre_id is not None:
        raise NotAllowed(_l("Erasing concerns cases of every centre: somebody who works for the whole office asks for it and does it."))
