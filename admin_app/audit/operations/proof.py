"""Prove that log and notes are what was written: every line, every seal, both chains, what is written down of them elsewhere (ADR 0027)."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
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
    """The first thing that is wrong with the chain of the log, with that of the notes, and with an anchor."""
    notes: int = 0
    """Notes about who looked, below seals, that are as they were sealed."""
    note_seals: int = 0
    unsealed_notes: int = 0
    """Notes behind the last seal, of today for the most part."""

    def facts(self) -> dict[str, Any]:
        """For the log and for a job's result."""
        return asdict(self) | {"findings": [asdict(one) for one in self.findings]}


def prove(tell: Callable[[int], None] = lambda _done: None, *, anchor_file: Path | None = None) -> Proof:
    """Check the whole log and the notes as they are now; `tell` hears how many entries are done. Reads only."""
    began = time.monotonic()
    keys = crypto.kept_seal_keys() | crypto.keyring().derived(PURPOSE)
    walked = check.walk(queries.SealedLog(), keys, tell)
    db.session.rollback()
    notes = check.walk(queries.SealedLog(queries.NOTES), keys)
    db.session.rollback()
    compared = anchors.compare(anchor_file)
    of_notes = replace(notes.finding, what=f"note_{notes.finding.what}") if notes.finding else None
    return Proof(
        entries=walked.entries,
        seals=walked.seals,
        unsealed=walked.unsealed,
        anchors=compared.anchors,
        anchored_at=compared.newest_at,
        seconds=round(time.monotonic() - began, 1),
        findings=tuple(one for one in (walked.finding, of_notes, compared.finding) if one is not None),
        notes=notes.entries,
        note_seals=notes.seals,
        unsealed_notes=notes.unsealed,
    )


def record_check(proof: Proof, *, by: Actor) -> None:
    """Enter a check into the log; needs an open transaction()."""
    record(ACTION, "log", "audit", by=by, changes=proof.facts())


def order_check(*, by: Actor) -> Job:
    """Have the log checked by a job; needs an open transaction(). While a check is at work, it is the same one for everybody."""
    return jobs.enqueue(JOB, dedupe_key=queries.key_of_next_check(ACTION, JOB), by=by)
