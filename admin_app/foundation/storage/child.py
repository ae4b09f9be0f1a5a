"""The process that opens strangers' files: forks one short-lived, limited child for each and holds no secrets.

Started by sandbox.py with an empty environment; both pipes carry frames (frames.py). A fork costs a few milliseconds,
because the libraries are already loaded.
"""

import os
import resource
import signal
import sys
from dataclasses import asdict
from typing import IO

from admin_app.foundation.storage import walls
from admin_app.foundation.storage.decode_image import clean_image, shrink_image, tiny_picture
from admin_app.foundation.storage.decode_pdf import clean_pdf, page_to_jpeg, tiny_pdf
from admin_app.foundation.storage.frames import read_frame, write_frame
from admin_app.foundation.storage.limits import CleanFile, Kind, Limits, Reason, Refused

OUT_OF_BUDGET = frozenset({signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL, signal.SIGXFSZ, signal.SIGABRT, signal.SIGILL, signal.SIGTRAP})
"""The last three are how PDFium ends when it gets no more memory."""
OPEN_FILES = 32
PATIENT = 5
"""By how much a file that is handed in steps back behind pages."""
NOBODY = 65534


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer frames until the other side goes away."""
    while (frame := read_frame(requests)) is not None:
        header, body = answer_in_fork(*frame)
        write_frame(answers, header, body)


def answer_in_fork(request: dict, data: bytes) -> tuple[dict, bytes]:
    """Do one request in a limited fork; however it ends, there is an answer, with the fork's peak memory in KiB."""
    paper = os.memfd_create("answer")
    try:
        pid = os.fork()
        if pid == 0:
            _work(request, data, paper)
        _, status, usage = os.wait4(pid, 0)
        header, body = _read_answer(paper) if status == 0 else (_refusal_for(status), b"")
        return header | {"peak_kib": usage.ru_maxrss, "cpu": usage.ru_utime + usage.ru_stime}, body
    finally:
        os.close(paper)


def _work(request: dict, data: bytes, paper: int) -> None:
    """In the fork: limit, do, write down, end. Never returns."""
    code = 1
    try:
        limits = Limits(**request["limits"])
        if request["task"] == "clean":
            os.nice(PATIENT)  # pages that people wait for come first
        _limit(limits)
        _give_up_rights()
        walls.close_in(walls.python_folders())
        header, body = _do(request, data, limits)
        with os.fdopen(paper, "wb", closefd=False) as out:
            write_frame(out, header, body)
        code = 0
    finally:
        os._exit(code)


def _do(request: dict, data: bytes, limits: Limits) -> tuple[dict, bytes]:
    try:
        if request["task"] == "look":
            return {"seen": walls.look(request["files"], request["ports"])}, b""
        if request["task"] == "clean":
            return _described(_clean(data, Kind(request["kind"]), limits))
        if request["kind"] == Kind.PDF:
            return {}, page_to_jpeg(data, request["page"], request["width"])
        return {}, shrink_image(data, request["width"], limits)
    except Refused as refused:
        return {"refused": refused.reason.value}, b""
    except MemoryError:
        return {"refused": Reason.TOO_HEAVY.value}, b""


def _clean(data: bytes, kind: Kind, limits: Limits) -> CleanFile:
    return clean_pdf(data, limits) if kind is Kind.PDF else clean_image(data, kind, limits)


def _described(clean: CleanFile) -> tuple[dict, bytes]:
    facts = asdict(clean)
    return facts, facts.pop("data")


def _limit(limits: Limits) -> None:
    """From here on: so much processor, memory, time and output, and no core file."""
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    room = _address_space() + limits.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * limits.max_clean_bytes, 2 * limits.max_clean_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(limits.wall_seconds)


def _give_up_rights() -> None:
    """No pipes to the parent, no further processes; started by root, also not root any more."""
    os.close(0)
    os.close(1)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _warm_up() -> None:
    """Open one harmless file of each kind: what the libraries load late is then loaded before rights are given up."""
    limits = Limits()
    for kind in (Kind.JPEG, Kind.PNG):
        shrink_image(clean_image(tiny_picture(kind), kind, limits).data, 1, limits)
    page_to_jpeg(clean_pdf(tiny_pdf(), limits).data, 1, 8)


def _address_space() -> int:
    with open("/proc/self/statm", "rb") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


def _read_answer(paper: int) -> tuple[dict, bytes]:
    os.lseek(paper, 0, os.SEEK_SET)
    with os.fdopen(paper, "rb", closefd=False) as answer:
        return read_frame(answer) or ({"refused": Reason.BROKEN.value}, b"")


def _refusal_for(status: int) -> dict:
    signalled = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return {"refused": (Reason.TOO_HEAVY if signalled in OUT_OF_BUDGET else Reason.BROKEN).value}


def main() -> None:
    """Serve standard input and output; a closed pipe ends it."""
    os.chdir("/")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _warm_up()
    serve(sys.stdin.buffer, sys.stdout.buffer)
