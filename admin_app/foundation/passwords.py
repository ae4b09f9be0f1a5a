"""How passwords are kept: a salted hash that is slow and large on purpose (argon2id). Hashes of older versions are still understood."""

from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from werkzeug.security import check_password_hash

from admin_app.foundation import database
from admin_app.foundation.per_app import is_in_app


class Cost(NamedTuple):
    """What one hash costs whoever guesses, and us."""

    passes: int
    kibibytes: int
    lanes: int


COST = Cost(passes=2, kibibytes=64 * 1024, lanes=1)
"""More than OWASP asks of argon2id; a tenth of a second on one core, which the other requests of the process do not wait for."""
ARGON2ID = "$argon2id$"


class HashedInTransaction(RuntimeError):
    """A password was to be hashed while a transaction() was open: everybody who writes would have waited for it."""


def hashed(password: str) -> str:
    """What is stored of `password`: method, cost, salt and hash in one text."""
    _refuse_in_transaction()
    return _hasher().hash(password)


def fits(stored: str, password: str) -> bool:
    """Whether `stored` was made of `password`; takes the same time whether it was or not."""
    _refuse_in_transaction()
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
