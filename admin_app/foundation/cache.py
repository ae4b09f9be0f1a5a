"""Answers that most pages ask for and that hardly ever change (the centres, the calendar, who may decide): cached for a few seconds.

A change that a web process commits forgets them all in every web process of the machine, so that nobody misses their own change,
whichever process draws the next page; what worker, clock or another machine change is seen SECONDS later at the latest. Inside
transaction() nothing is cached: a decision stands on what the database says now.
"""

import mmap
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from admin_app.foundation import clock, database
from admin_app.foundation.database import db
from admin_app.foundation.per_app import PerApp, is_in_app

SECONDS = 5
MOST = 1000
"""Answers cached at once; beyond it they are all forgotten."""
STAMP_BYTES = 8
_BEGUN = "card_desk_begun"
Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class _Memory:
    """What is known, each answer with the stamp of when it was asked for. Another stamp means that something was committed since.

    The stamp lies in memory that this process shares with those it forks and those it was forked from.
    """

    def __init__(self) -> None:
        self.answers: dict[Any, tuple[datetime, bytes, Any]] = {}
        self._shared = mmap.mmap(-1, STAMP_BYTES)

    @property
    def stamp(self) -> bytes:
        """Random, and new after every commit."""
        return self._shared[:]

    def forget(self, *_: Any) -> None:
        """Nothing is known any more, in no process."""
        self._shared[:] = os.urandom(STAMP_BYTES)
        self.answers.clear()


_MEMORY: PerApp[_Memory] = PerApp("cache", _Memory)


def cached(read: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Cache what `read` answers to hashable questions. It must answer with values that no session owns: tuples, rows, never entities."""

    @wraps(read)
    def answer(*asked: Arguments.args, **more: Arguments.kwargs) -> Answer:
        if database.in_transaction():
            return read(*asked, **more)
        memory, question = _MEMORY.get(), (read, asked, *more.items())
        until, stamp, value = memory.answers.get(question, (None, b"", None))
        if until is None or stamp != memory.stamp or until < clock.now():
            value = read(*asked, **more)
            _store(memory, question, value)
        return value  # type: ignore[return-value]

    return answer


def _store(memory: _Memory, question: Any, value: Any) -> None:
    # A page that began before the last change may have read what was true before it.
    stamp = db.session().info.get(_BEGUN)
    if stamp != memory.stamp:
        return
    if len(memory.answers) >= MOST:
        memory.answers.clear()
    memory.answers[question] = (clock.now() + timedelta(seconds=SECONDS), stamp, value)


def forget(*_: Any) -> None:
    """The current app knows nothing any more, in no process."""
    if is_in_app():
        _MEMORY.get().forget()


def install(engine: Engine) -> None:
    """Forget on every commit of the current app, and when its `engine` lets go of its database; call once for each engine."""
    event.listen(engine, "engine_disposed", _MEMORY.get().forget)
    if not event.contains(Session, "after_commit", forget):
        event.listen(Session, "after_commit", forget)
        event.listen(Session, "after_begin", _begin)


def _begin(session: Session, *_: Any) -> None:
    # A transaction sees the database as it is now.
    if is_in_app():
        session.info[_BEGUN] = _MEMORY.get().stamp
