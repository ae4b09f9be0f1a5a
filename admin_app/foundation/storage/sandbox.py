"""Ask the child process (child.py) to open a file, and survive whatever happens to it."""

import atexit
import contextlib
import os
import select
import subprocess
import sys
import threading
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from admin_app.foundation.storage.frames import read_frame, write_frame
from admin_app.foundation.storage.limits import Limits, Reason, Refused

PROJECT = Path(__file__).resolve().parents[3]
START = "import sys; sys.path.append(sys.argv[1]); from admin_app.foundation.storage.child import main; main()"
GRACE_SECONDS = 5
"""Beyond its own wall-clock limit, before the child itself counts as stuck."""
UNUSED_PORT = 1
"""Nobody need listen there: a connection that is refused by the other side was made."""
CHILDREN = 4
"""At most so many files are opened at the same time; whoever comes later waits."""

log = structlog.get_logger("card_desk.storage")


class ChildLost(Exception):
    """The child is gone or stuck."""


class Child:
    """One child process with its two pipes; used by one thread at a time."""

    def __init__(self) -> None:
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


class Pool:
    """The children of this process: as many as were ever busy at once, at most CHILDREN."""

    slots: threading.BoundedSemaphore
    idle: "deque[Child]"

    def __init__(self) -> None:
        self.start_anew()

    def start_anew(self) -> None:
        """With no child; a forked web process must not share its parent's pipes."""
        self.slots = threading.BoundedSemaphore(CHILDREN)
        self.idle = deque()

    def idle_child(self) -> Child | None:
        """One that has nothing to do, for the caller alone."""
        try:
            return self.idle.pop()
        except IndexError:
            return None

    def stop(self) -> None:
        """End the idle children; they also end by themselves when this process does."""
        while child := self.idle_child():
            child.stop()


_pool = Pool()


def ask(request: dict, data: bytes, limits: Limits) -> tuple[dict, bytes]:
    """The header and body that a child answers for `data`; Refused if the file was refused or cost too much.

    Waits while all children are busy. A child that died between two requests is replaced once; one that dies or hangs on
    this file is a refusal.
    """
    request = request | {"limits": asdict(limits)}
    with _pool.slots:
        header, body = _ask_some_child(request, data, limits.wall_seconds + GRACE_SECONDS)
    if "refused" in header:
        raise Refused(Reason(header["refused"]), header.get("cpu"))
    return header, body


@dataclass(frozen=True)
class Walls:
    """What a process that opens strangers' files is kept from, as it found out by trying."""

    sees_files: bool
    has_network: bool


def walls_here(limits: Limits) -> Walls | None:
    """The walls around the children of this process; None if none of them answered."""
    request = {"task": "look", "kind": "", "files": ["/"], "ports": [UNUSED_PORT]}
    try:
        seen = ask(request, b"", limits)[0]["seen"]
    except Refused:
        return None
    return Walls(sees_files=bool(seen["files"]), has_network=bool(seen["ports"]))


def _ask_some_child(request: dict, data: bytes, seconds: float) -> tuple[dict, bytes]:
    for child in (_pool.idle_child(), None):
        child = child or Child()
        try:
            answer = child.ask(request, data, seconds)
        except ChildLost:
            child.stop()
            log.warning("child lost", task=request["task"], kind=request["kind"], exit_code=child.process.returncode)
            continue
        _pool.idle.append(child)
        return answer
    raise Refused(Reason.TOO_HEAVY)


os.register_at_fork(after_in_child=_pool.start_anew)
atexit.register(_pool.stop)
