"""One piece of work in a fork of its own: so much processor, memory, time and output, no rights, no network, no files of ours.

Standard library only: the children import it. A fork costs a few milliseconds, because the libraries are already loaded.
"""

import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

from admin_app.foundation.children import walls
from admin_app.foundation.children.frames import read_frame, write_frame

Answer = tuple[dict, bytes]
ENDED = "ended"
"""What a header holds in place of an answer: how the work ended, SPENT or BROKEN."""
SPENT, BROKEN = "spent", "broken"
OUT_OF_BUDGET = frozenset({signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL, signal.SIGXFSZ, signal.SIGABRT, signal.SIGILL, signal.SIGTRAP})
"""The last three are how libraries in C end when they get no more memory."""
OPEN_FILES = 32
NOBODY = 65534
MOST_THREADS = 4096
"""The kernel counts them for the whole account; those of one fork end with it, and its memory and time are limited."""


@dataclass(frozen=True)
class Budget:
    """What one piece of work may use up."""

    cpu_seconds: int
    wall_seconds: int
    memory_bytes: int
    """Address space beyond what the child has at the start."""
    output_bytes: int
    """Largest file that it may write, its answer included."""
    has_threads: bool = False
    """Whether it may start some."""
    nice: int = 0
    """By how much it steps back behind pages that people wait for."""


def answer_in_fork(work: Callable[[], Answer], budget: Budget, *, needs_folder: bool = False) -> Answer:
    """What `work` returns; however it ends there is an answer, with its peak memory in KiB and seconds of processor.

    With `needs_folder` the work finds an empty folder of its own as the one for temporary files; it is gone afterwards.
    """
    paper = os.memfd_create("answer")
    folder = tempfile.mkdtemp(prefix="card-desk-") if needs_folder else ""
    try:
        pid = os.fork()
        if pid == 0:
            _work(work, budget, paper, folder)
        _, status, usage = os.wait4(pid, 0)
        header, body = _read_answer(paper) if status == 0 else ({ENDED: _how(status)}, b"")
        return header | {"peak_kib": usage.ru_maxrss, "cpu": usage.ru_utime + usage.ru_stime}, body
    finally:
        os.close(paper)
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _work(work: Callable[[], Answer], budget: Budget, paper: int, folder: str) -> None:
    """In the fork: limit, do, write down, end. Never returns."""
    code = 1
    try:
        os.nice(budget.nice)
        if folder:
            tempfile.tempdir = folder
        _limit(budget)
        _give_up_rights(folder, has_threads=budget.has_threads)
        walls.close_in(walls.python_folders(), [folder] if folder else [])
        try:
            header, body = work()
        except (MemoryError, RecursionError):
            header, body = {ENDED: SPENT}, b""
        with os.fdopen(paper, "wb", closefd=False) as out:
            write_frame(out, header, body)
        code = 0
    finally:
        os._exit(code)


def _limit(budget: Budget) -> None:
    """From here on: so much processor, memory, time and output, and no core file."""
    resource.setrlimit(resource.RLIMIT_CPU, (budget.cpu_seconds, budget.cpu_seconds))
    room = _address_space() + budget.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_FSIZE, (budget.output_bytes, budget.output_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(budget.wall_seconds)


def _give_up_rights(folder: str = "", *, has_threads: bool = False) -> None:
    """No pipes to the parent, no further processes; started by root, also not root any more."""
    os.close(0)
    os.close(1)
    if os.geteuid() == 0:
        if folder:
            os.chown(folder, NOBODY, NOBODY)
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    most = MOST_THREADS if has_threads else 0
    resource.setrlimit(resource.RLIMIT_NPROC, (most, most))


def _address_space() -> int:
    with open("/proc/self/statm", "rb") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


def _read_answer(paper: int) -> Answer:
    os.lseek(paper, 0, os.SEEK_SET)
    with os.fdopen(paper, "rb", closefd=False) as answer:
        return read_frame(answer) or ({ENDED: BROKEN}, b"")


def _how(status: int) -> str:
    signalled = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return SPENT if signalled in OUT_OF_BUDGET else BROKEN
