"""How long a request waits for the database: some seconds in all, however often it asks. Jobs and commands wait on (ADR 0037).

Only waiting counts, never work of our own; and after a wait that was in vain a request waits no more.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

REQUEST_SECONDS = 4.0
"""For which a request waits for a lock or an answer; with the rest of its work it answers within five."""
PING_SECONDS = 1.0
"""For which a connection that was idle is given to show that it still lives."""
LAST_SECONDS = 0.05
"""For which whoever has waited in vain still looks."""


@dataclass
class Patience:
    """What one request has left, and whether anything of it was saved already."""

    left: float
    changes: int = 0


_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)


def begin() -> None:
    """Begin a request."""
    _patience.set(Patience(REQUEST_SECONDS))


def end() -> None:
    """End it: what comes next on this thread waits as long as it takes."""
    _patience.set(None)


def left() -> float | None:
    """Seconds that this request still waits; None outside of requests."""
    mine = _patience.get()
    return None if mine is None else max(mine.left, LAST_SECONDS)


@contextmanager
def waiting() -> Iterator[None]:
    """Count the time inside the block as waited."""
    began = time.monotonic()
    try:
        yield
    finally:
        mine = _patience.get()
        if mine is not None:
            mine.left -= time.monotonic() - began


def exhaust() -> None:
    """Note a wait in vain: this request waits no more."""
    mine = _patience.get()
    if mine is not None:
        mine.left = 0


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Wait no longer than this inside the block, whoever waits; what is left beyond it is kept."""
    before = _patience.get()
    inside = Patience(min(seconds, before.left) if before else seconds)
    taken = _patience.set(inside)
    try:
        yield
    finally:
        _patience.reset(taken)
        if before is not None and inside.left <= 0:
            before.left -= seconds


def note_change() -> None:
    """Note that a change of this request is saved."""
    mine = _patience.get()
    if mine is not None:
        mine.changes += 1


def changes() -> int:
    """How many changes of this request are saved already."""
    mine = _patience.get()
    return mine.changes if mine else 0
