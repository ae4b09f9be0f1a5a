"""Prove that the log is what was written: every entry, every seal, the chain, and what is written down of it elsewhere (ADR 0027)."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from admin_app.audit import queries
from admin_app.audit.operations import anchors
from admin_app.audit.operations.entries import record
from admin_app.audit.operations.sealing import PURPOSE
from admin_app.foundation import crypto
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.seals import check

ACTION = "audit.checked"
JOB = "audit.check"


@dataclass(frozen=True)
class Proof:
    """What one check saw."""

    entries: int
    """Entries below seals that are as they were sealed."""
    seals: int
    unsealed: int
    """Entries behind the last seal, which nothing proves yet; not counted where something is wrong before."""
    anchors: int
    """Lines of the file of anchors that were compared."""
    anchored_at: str | None
    """When the newest of them was written; None: without one, nobody sees that the end of the log was cut off."""
    seconds: float
    findings: tuple[check.Finding, ...]
    """The first thing that is wrong with the chain, and the first with an anchor."""

    def facts(self) -> dict[str, Any]:
        """For the log and for a job's result."""
        return asdict(self) | {"findings": [asdict(one) for one in self.findings]}


def prove(tell: Callable[[int], None] = lambda _done: None, *, anchor_file: Path | None = None) -> Proof:
    """Check the whole log as it is now; `tell` hears how many entries are done. Reads only."""
    began = time.monotonic()
    walked = check.walk(queries.SealedLog(), crypto.kept_seal_keys() | crypto.keyring().derived(PURPOSE), tell)
    db.session.rollback()
    compared = anchors.compare(anchor_file)
    findings = tuple(one for one in (walked.finding, compared.finding) if one is not None)
    seconds = round(time.monotonic() - began, 1)
    return Proof(walked.entries, walked.seals, walked.unsealed, compared.anchors, compared.newest_at, seconds, findings)


def record_check(proof: Proof, *, by: Actor) -> None:
    """Enter a check into the log; needs an open transaction()."""
    record(ACTION, "log", "audit", by=by, changes=proof.facts())


def order_check(*, by: Actor) -> Job:
    """Have the log checked by a job; needs an open transaction(). While a check is at work, it is the same one for everybody."""
    return jobs.enqueue(JOB, dedupe_key=queries.key_of_next_check(ACTION, JOB), by=by)
