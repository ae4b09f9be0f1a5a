"""What is the matter with a database that does not do its part: the drivers' errors as a few words, in one place.

Only what passes by itself or is mended outside of the program. What is wrong with a statement stays an error of ours.
"""

import errno
import sqlite3
from collections.abc import Iterator
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, TimeoutError


class Trouble(StrEnum):
    """In words that /health says."""

    LOCKED = "locked"
    """Somebody else holds what is needed, or it took too long."""
    FULL = "full"
    """There is no room on the disk."""
    READ_ONLY = "read_only"
    """It may only be read at the moment."""
    UNREACHABLE = "unreachable"
    """It is away, silent, or takes no more connections."""


RETRY_AFTER = {Trouble.LOCKED: 5, Trouble.UNREACHABLE: 10, Trouble.READ_ONLY: 30, Trouble.FULL: 30}
"""Seconds after which it makes sense to ask again."""

SQLITE = {
    sqlite3.SQLITE_BUSY: Trouble.LOCKED,
    sqlite3.SQLITE_LOCKED: Trouble.LOCKED,
    sqlite3.SQLITE_PROTOCOL: Trouble.LOCKED,
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_IOERR: Trouble.UNREACHABLE,
    sqlite3.SQLITE_CANTOPEN: Trouble.UNREACHABLE,
}
"""By the primary code, the lowest byte."""
SQLITE_EXACT = {sqlite3.SQLITE_IOERR_SHMSIZE: Trouble.FULL}
"""Where the extended code says more: the index of the write-ahead log found no room."""

POSTGRESQL = {
    "55P03": Trouble.LOCKED,  # lock_not_available: lock_timeout
    "57014": Trouble.LOCKED,  # query_canceled: statement_timeout
    "40P01": Trouble.LOCKED,  # deadlock_detected
    "40001": Trouble.LOCKED,  # serialization_failure
    "53100": Trouble.FULL,  # disk_full
    "53400": Trouble.FULL,  # configuration_limit_exceeded: temp_file_limit
    "25006": Trouble.READ_ONLY,  # read_only_sql_transaction
    "53300": Trouble.UNREACHABLE,  # too_many_connections
    "53200": Trouble.UNREACHABLE,  # out_of_memory
    "57P01": Trouble.UNREACHABLE,  # admin_shutdown
    "57P02": Trouble.UNREACHABLE,  # crash_shutdown
    "57P03": Trouble.UNREACHABLE,  # cannot_connect_now
    "57P05": Trouble.UNREACHABLE,  # idle_session_timeout
    "58030": Trouble.UNREACHABLE,  # io_error
}
CONNECTION_CLASS = "08"
"""What these states of PostgreSQL begin with: the connection could not be made or broke."""
LOST = ("OperationalError", "InterfaceError", "ConnectionTimeout")
"""psycopg's own errors without a state: no server said anything."""

DISK = {
    errno.ENOSPC: Trouble.FULL,
    errno.EDQUOT: Trouble.FULL,
    errno.EROFS: Trouble.READ_ONLY,
}
"""What files say that lie beside the database."""


class Unavailable(Exception):
    """A request met a database in trouble before anything was done."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


def trouble_of(error: BaseException) -> Trouble | None:
    """What the matter is, if an error, or one that it was raised from, is about the state of the database or of the disk."""
    return next((trouble for one in _chain(error) if (trouble := _trouble(one))), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen = 0
    while error is not None and seen < 10:
        yield error
        error, seen = error.__cause__ or error.__context__, seen + 1


def _trouble(error: BaseException) -> Trouble | None:
    if isinstance(error, Unavailable):
        return error.trouble
    if isinstance(error, TimeoutError):  # no connection of the pool came back in time
        return Trouble.LOCKED
    if isinstance(error, DBAPIError):
        return _trouble_of_driver(error.orig)
    if isinstance(error, OSError) and not isinstance(error, ConnectionError):
        return DISK.get(error.errno or 0)
    return _trouble_of_driver(error)


def _trouble_of_driver(error: BaseException | None) -> Trouble | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return SQLITE_EXACT.get(code) or SQLITE.get(code & 0xFF)
    if not type(error).__module__.startswith("psycopg"):
        return None
    state = getattr(error, "sqlstate", None)
    if state is None:
        return Trouble.UNREACHABLE if type(error).__name__ in LOST else None
    return POSTGRESQL.get(state) or (Trouble.UNREACHABLE if state.startswith(CONNECTION_CLASS) else None)
