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

    def begin(self, session: Session, *_: Any) -> None:
        """A transaction sees the database as it is now."""
        session.info[_BEGUN] = self.stamp


_memory = _Memory()


def cached(read: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Cache what `read` answers to hashable questions. It must answer with values that no session owns: tuples, rows, never entities."""

    @wraps(read)
    def answer(*asked: Arguments.args, **more: Arguments.kwargs) -> Answer:
        if database.in_transaction():
            return read(*asked, **more)
        question = (db.engine, read, asked, *more.items())
        until, stamp, value = _memory.answers.get(question, (None, b"", None))
        if until is None or stamp != _memory.stamp or until < clock.now():
            value = read(*asked, **more)
            _store(question, value)
        return value  # type: ignore[return-value]

    return answer


def _store(question: Any, value: Any) -> None:
    # A page that began before the last change may have read what was true before it.
    stamp = db.session().info.get(_BEGUN)
    if stamp != _memory.stamp:
        return
    if len(_memory.answers) >= MOST:
        _memory.answers.clear()
    _memory.answers[question] = (clock.now() + timedelta(seconds=SECONDS), stamp, value)


def install(engine: Engine) -> None:
    """Forget on every commit, and when `engine` lets go of its database; call once for each engine."""
    event.listen(engine, "engine_disposed", _memory.forget)
    if not event.contains(Session, "after_commit", _memory.forget):
        event.listen(Session, "after_commit", _memory.forget)
        event.listen(Session, "after_begin", _memory.begin)
