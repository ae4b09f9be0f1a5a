"""Whose turn it is to write to an SQLite file: first come, first served, among the threads of one process.

SQLite has one writer at a time and lets the others ask again after ever longer pauses, so that a busy office can keep one of them
waiting until it gives up («database is locked») while all others pass. Processes, of which there are few, still wait in SQLite's way.
"""

from collections import deque
from threading import Lock
from typing import Any

from sqlalchemy import Engine, event

from admin_app.foundation import patience

PATIENCE_SECONDS = 15
"""After which a writer tries its luck with SQLite itself; a request does so earlier (patience.py)."""
_TURN = "card_desk_turn"


class Turns:
    """The queue before one thing that only one may have."""

    def __init__(self) -> None:
        self._guard, self._waiting, self._is_taken = Lock(), deque[Lock](), False

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def take(self, seconds: float = PATIENCE_SECONDS) -> bool:
        """Wait for one's turn; False if it did not come within `seconds`."""
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=seconds):
            return True
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it came at the last moment

    def hand_on(self) -> None:
        """End one's turn; whoever waits longest is next."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False


def keep_turns(engine: Engine) -> Turns:
    """Let every turn that begin_turn() gives a connection of `engine` end when the connection goes back, or is lost."""
    turns = Turns()

    def end_turn(_connection: Any, record: Any, *_error: Any) -> None:
        if record.info.pop(_TURN, False):
            turns.hand_on()

    for how in ("checkin", "invalidate", "close"):
        event.listen(engine, how, end_turn)
    return turns


def begin_turn(turns: Turns, info: dict[str, Any]) -> None:
    """Wait until this connection, whose `info` it is, may write; it keeps its turn until it goes back to the pool."""
    if not info.get(_TURN):
        left = patience.left()
        with patience.waiting():
            info[_TURN] = turns.take(PATIENCE_SECONDS if left is None else left)
