"""How much work strangers' files may make: so many are opened at once, and so many seconds of processor go to one person.

Counted for each web process. Whoever comes when all places are taken is told at once to come again, so that most threads stay free.
What comes from outside the office has places and a child of its own: however much of it comes, the counter waits for none of it.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from admin_app.foundation import clock, origin
from admin_app.foundation.errors import DomainError
from admin_app.foundation.per_app import PerApp, is_in_app

AT_ONCE, WAITING = 2, 2
"""Files that a process has opened at the same time for the staff, and requests that may wait for their turn."""
AT_ONCE_OUTSIDE, WAITING_OUTSIDE = 1, 1
"""The same for residents and programs of others."""
PATIENCE_SECONDS = 15
WINDOW = timedelta(minutes=1)
PERSON_SECONDS, REQUEST_SECONDS = 30.0, 15.0
"""Of processor: for one person within the window, and for one request; a photo takes about one."""


class Busy(DomainError):
    """So many files are being opened that this one would wait too long."""

    status = 503

    def __init__(self) -> None:
        sentence = _l("Many files are being opened at this moment. This one was not stored; please add it again in a quarter of a minute.")
        super().__init__(sentence, retry_after=PATIENCE_SECONDS)


class Spent(DomainError):
    """The files of this person, or of this request, took more work than is given to one; `retry_after` are seconds."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        sentence = _l(
            "The files before this one took very long to open. This one was not stored; please add it again in %(seconds)s seconds.",
            seconds=retry_after,
        )
        super().__init__(sentence, retry_after=retry_after)


class _Desk:
    """Who opens files and who waits, and who spent how much when, of one app in one process."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self.places, self.turns = threading.BoundedSemaphore(at_once + waiting), threading.BoundedSemaphore(at_once)
        self.guard, self.spent = threading.Lock(), deque[tuple[datetime, str, str, float]]()


_DESK: PerApp[_Desk] = PerApp("storage.work", _Desk)
_DESK_OUTSIDE: PerApp[_Desk] = PerApp("storage.work.outside", lambda: _Desk(AT_ONCE_OUTSIDE, WAITING_OUTSIDE))
_OUTSIDE = "outside "


def outside(kind: str, number: int) -> str:
    """`who` of a resident or a program of others, by the words of foundation/actor.py and its id."""
    return f"{_OUTSIDE}{kind} {number}"


def is_outside(who: str) -> bool:
    """Whether the file comes from nobody of the staff."""
    return who.startswith(_OUTSIDE)


class Bill:
    """What opening one file cost."""

    seconds = 0.0


@contextmanager
def counted(who: str) -> Iterator[Bill]:
    """Wait for one's turn to open a file for `who`, and write down what it cost; Busy or Spent if it cannot be now."""
    bill = Bill()
    if not is_in_app():
        yield bill
        return
    desk = (_DESK_OUTSIDE if is_outside(who) else _DESK).get()
    _refuse_if_spent(desk, who)
    if not desk.places.acquire(blocking=False):
        raise Busy
    try:
        if not desk.turns.acquire(timeout=PATIENCE_SECONDS):
            raise Busy
        try:
            yield bill
        finally:
            desk.turns.release()
            with desk.guard:
                desk.spent.append((clock.now(), who, origin.request_id.get() or "", bill.seconds))
    finally:
        desk.places.release()


def _refuse_if_spent(desk: _Desk, who: str) -> None:
    now, request = clock.now(), origin.request_id.get() or ""
    with desk.guard:
        while desk.spent and desk.spent[0][0] <= now - WINDOW:
            desk.spent.popleft()
        mine = [(at, seconds) for at, person, _request, seconds in desk.spent if who and person == who]
        here = sum(seconds for _at, _person, one, seconds in desk.spent if request and one == request)
    if mine and sum(seconds for _at, seconds in mine) >= PERSON_SECONDS:
        raise Spent(max(1, int((mine[0][0] + WINDOW - now).total_seconds()) + 1))
    if here >= REQUEST_SECONDS:
        raise Spent(1)
