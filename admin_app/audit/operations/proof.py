"""Prove that the log is what was written: every entry, every seal, the chain (ADR 0027)."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from admin_app.audit import queries
from admin_app.audit.operations.sealing import PURPOSE
from admin_app.foundation import crypto
from admin_app.foundation.database import db
from admin_app.foundation.seals import check


@dataclass(frozen=True)
class Proof:
    """What one check saw."""

    entries: int
    """Entries below seals that are as they were sealed."""
    seals: int
    unsealed: int
    """Entries behind the last seal, which nothing proves yet."""
    seconds: float
    finding: check.Finding | None
    """The first thing that is wrong."""

    def facts(self) -> dict[str, Any]:
        """For the log and for a job's result."""
        return asdict(self)


def prove(tell: Callable[[int], None] = lambda _done: None) -> Proof:
    """Check the whole log as it is now; `tell` hears how many entries are done. Reads only."""
    began = time.monotonic()
    walked = check.walk(queries.SealedLog(), crypto.keyring().derived(PURPOSE), tell)
    db.session.rollback()
    return Proof(walked.entries, walked.seals, walked.unsealed, round(time.monotonic() - began, 1), walked.finding)
