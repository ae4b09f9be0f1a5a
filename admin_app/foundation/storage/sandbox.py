"""Ask the child process (child.py) to open a file, and survive whatever happens to it."""

import atexit
import contextlib
import os
import select
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from admin_app.foundation.storage.frames import read_frame, write_frame
from admin_app.foundation.storage.limits import Limits, Reason, Refused

PROJECT = Path(__file__).resolve().parents[3]
START = "import sys; sys.path.append(sys.argv[1]); from admin_app.foundation.storage.child import main; main()"
GRACE_SECONDS = 5
"""Beyond its own wall-clock limit, before the child itself counts as stuck."""
IDLE_CHILDREN = 2

_idle: list["Child"] = []
_lock = threading.Lock()


class ChildLost(Exception):
    """The child is gone or stuck."""


class Child:
    """One child process with its two pipes; used by one thread at a time."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.process = subprocess.Popen(  # noqa: S603 - a constant command
            [sys.executable, "-I", "-c", START, str(PROJECT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
        )

    def ask(self, request: dict, data: bytes, seconds: float) -> tuple[dict, bytes]:
        """Its answer; ChildLost if there is none within `seconds`."""
        requests, answers = self.process.stdin, self.process.stdout
        if requests is None or answers is None:
            raise ChildLost
        try:
            write_frame(requests, request, data)
            ready, _, _ = select.select([answers], [], [], seconds)
            answer = read_frame(answers) if ready else None
        except (OSError, ValueError) as error:
            raise ChildLost from error
        if answer is None:
            raise ChildLost
        return answer

    def stop(self) -> None:
        """End it and give its pipes back."""
        self.process.kill()
        self.process.wait()
        for pipe in filter(None, (self.process.stdin, self.process.stdout)):
            with contextlib.suppress(OSError):  # a request that nobody will read any more
                pipe.close()


def ask(request: dict, data: bytes, limits: Limits) -> tuple[dict, bytes]:
    """The header and body that a child answers for `data`; Refused if the file was refused or cost too much.

    A child that died between two requests is replaced once; one that dies or hangs on this file is a refusal.
    """
    request = request | {"limits": asdict(limits)}
    for reused in (True, False):
        child = _borrow(reused)
        try:
            header, body = child.ask(request, data, limits.wall_seconds + GRACE_SECONDS)
        except ChildLost:
            child.stop()
            continue
        _give_back(child)
        if "refused" in header:
            raise Refused(Reason(header["refused"]))
        return header, body
    raise Refused(Reason.TOO_HEAVY)


def _borrow(reused: bool) -> Child:
    with _lock:
        mine = [child for child in _idle if child.owner == os.getpid()]
        _idle[:] = mine
        if reused and _idle:
            return _idle.pop()
    return Child()


def _give_back(child: Child) -> None:
    with _lock:
        if len(_idle) < IDLE_CHILDREN:
            _idle.append(child)
            return
    child.stop()


def stop_all() -> None:
    """End the idle children (they also end by themselves when this process does)."""
    with _lock:
        for child in _idle:
            if child.owner == os.getpid():
                child.stop()
        _idle.clear()


atexit.register(stop_all)
