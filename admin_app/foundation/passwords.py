"""How passwords are kept: a salted hash that is slow and large on purpose (argon2id). Hashes of older versions are still understood."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l
from werkzeug.security import check_password_hash

from admin_app.foundation import database
from admin_app.foundation.errors import DomainError
from admin_app.foundation.per_app import PerApp, is_in_app


class Cost(NamedTuple):
    """What one hash costs whoever guesses, and us."""

    passes: int
    kibibytes: int
    lanes: int


COST = Cost(passes=2, kibibytes=64 * 1024, lanes=1)
"""More than OWASP asks of argon2id; a tenth of a second on one core, which the other requests of the process do not wait for."""
ARGON2ID = "$argon2id$"


AT_ONCE, WAITING = 1, 2
"""Hashes of a process at the same time, and requests that may wait for their turn; all others are refused at once, so that whoever works
finds threads and cores free."""
PATIENCE_SECONDS = 5


class _Gate:
    """Who hashes and who waits, of one app in one process."""

    def __init__(self) -> None:
        self.places, self.turns = threading.BoundedSemaphore(AT_ONCE + WAITING), threading.BoundedSemaphore(AT_ONCE)


_GATE: PerApp[_Gate] = PerApp("password_gate", _Gate)
_holds_turn: ContextVar[bool] = ContextVar("holds_turn", default=False)


class Busy(DomainError):
    """So many passwords are being compared that this one would wait too long; nothing was counted or changed."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_l("Many people are signing in at this moment. Please try again in a few seconds."), retry_after=PATIENCE_SECONDS)


class HashedInTransaction(RuntimeError):
    """A password was to be hashed while a transaction() was open: everybody who writes would have waited for it."""


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn to hash, Busy if too many others do; whatever is hashed inside needs no further turn."""
    if _holds_turn.get() or not is_in_app():
        yield
        return
    gate = _GATE.get()
    if not gate.places.acquire(blocking=False):
        raise Busy
    try:
        if not gate.turns.acquire(timeout=PATIENCE_SECONDS):
            raise Busy
        held = _holds_turn.set(True)
        try:
            yield
        finally:
            _holds_turn.reset(held)
            gate.turns.release()
    finally:
        gate.places.release()


def hashed(password: str) -> str:
    """What is stored of `password`: method, cost, salt and hash in one text."""
    _refuse_in_transaction()
    with turn():
        return _hasher().hash(password)


def fits(stored: str, password: str) -> bool:
    """Whether `stored` was made of `password`; takes the same time whether it was or not."""
    _refuse_in_transaction()
    with turn():
        if not stored.startswith(ARGON2ID):
            return check_password_hash(stored, password)
        try:
            return _hasher().verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Whether `stored` is another kind of hash than hashed() makes now, to be renewed when its password is next known."""
    return not stored.startswith(ARGON2ID) or _hasher().check_needs_rehash(stored)


def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=COST.passes, memory_cost=COST.kibibytes, parallelism=COST.lanes)


def _refuse_in_transaction() -> None:
    if is_in_app() and database.in_transaction():
        raise HashedInTransaction
