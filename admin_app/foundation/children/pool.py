"""Children of this process: each serves requests one after the other; as many as were ever busy at once, up to a number."""

import atexit
import contextlib
import os
import select
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path

from admin_app.foundation.children.frames import read_frame, write_frame

PROJECT = Path(__file__).resolve().parents[3]
START = "import sys; sys.path.append(sys.argv[1]); from {module} import main; main()"


class ChildLost(Exception):
    """The child is gone or stuck; `exit_code` is None while it was still there."""

    def __init__(self, exit_code: int | None = None) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


class Child:
    """One child process with its two pipes; used by one thread at a time."""

    def __init__(self, module: str) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - a constant command
            [sys.executable, "-I", "-c", START.format(module=module), str(PROJECT)],
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
    """The children of this process that run `module`, at most `most` of them at once."""

    slots: threading.BoundedSemaphore
    idle: "deque[Child]"

    def __init__(self, module: str, most: int) -> None:
        self.module, self.most = module, most
        self.start_anew()
        os.register_at_fork(after_in_child=self.start_anew)
        atexit.register(self.stop)

    def start_anew(self) -> None:
        """With no child; a forked web process must not share its parent's pipes."""
        self.slots = threading.BoundedSemaphore(self.most)
        self.idle = deque()

    def ask(self, request: dict, data: bytes, seconds: float) -> tuple[dict, bytes]:
        """The header and body that a child answers; waits while all are busy.

        A child that died between two requests is replaced once. ChildLost, with how the second one ended, if that one dies or
        hangs on this request, too.
        """
        with self.slots:
            for attempt in (self.idle_child(), None):
                child = attempt or Child(self.module)
                try:
                    answer = child.ask(request, data, seconds)
                except ChildLost:
                    child.stop()
                    continue
                self.idle.append(child)
                return answer
        raise ChildLost(child.process.returncode)

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
