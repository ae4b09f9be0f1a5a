"""When a request takes too long: the statement that it runs, its next one or its commit is refused, so that nothing of it is half saved.

Asked by the database alone, which is where a request can wait; a job or a command has no deadline.
"""

import time
from contextvars import ContextVar
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Engine, event

from admin_app.foundation.errors import DomainError

COME_AGAIN_SECONDS = 30
STEPS = 100_000
"""Of SQLite's machine between two looks at the clock, about a millisecond."""
_ends: ContextVar[float | None] = ContextVar("deadline", default=None)


class TakesTooLong(DomainError):
    """The request has had its time; what it had not saved is not saved."""

    status = 503

    def __init__(self) -> None:
        sentence = _l("This took longer than the office allows. This last step was not saved; try again in half a minute, or ask for less.")
        super().__init__(sentence, retry_after=COME_AGAIN_SECONDS)


def begin(seconds: float) -> None:
    """Give the request of this thread so long from now."""
    _ends.set(time.monotonic() + seconds)


def lift() -> None:
    """There is no deadline (any more)."""
    _ends.set(None)


def is_over() -> bool:
    """Whether there was a deadline and it is past."""
    ends = _ends.get()
    return ends is not None and time.monotonic() > ends


def check(*_event: Any) -> None:
    """TakesTooLong if the deadline is past; once, for what follows is the answer that says so."""
    if is_over():
        lift()
        raise TakesTooLong


def watch(engine: Engine) -> None:
    """Ask before each statement and commit of `engine`; SQLite also while a statement runs (PostgreSQL has a limit of its own for that)."""
    event.listen(engine, "before_cursor_execute", check)
    event.listen(engine, "commit", check)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _interrupt_late_ones)
        event.listen(engine, "handle_error", _tell)


def _interrupt_late_ones(connection: Any, _record: Any) -> None:
    connection.set_progress_handler(is_over, STEPS)


def _tell(context: Any) -> None:
    if is_over():
        lift()
        raise TakesTooLong from context.original_exception
