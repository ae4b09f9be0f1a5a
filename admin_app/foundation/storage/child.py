"""The process that opens strangers' files: forks one short-lived, limited child for each and holds no secrets.

Started by sandbox.py with an empty environment; both pipes carry frames.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import IO

from admin_app.foundation.children import forks, walls
from admin_app.foundation.children.frames import read_frame, write_frame
from admin_app.foundation.storage.decode_image import clean_image, shrink_image, tiny_picture
from admin_app.foundation.storage.decode_pdf import choose, clean_pdf, page_to_jpeg, tiny_pdf
from admin_app.foundation.storage.decode_tiff import clean_tiff
from admin_app.foundation.storage.limits import CleanFile, Kind, Limits, Reason, Refused, Source
from admin_app.foundation.storage.measure_photo import crop, measure

PATIENT = 5
"""By how much a file that is handed in steps back behind pages."""
LAST = 15
"""The same for one that comes from outside the office, whatever is done with it."""
REFUSED = {forks.SPENT: Reason.TOO_HEAVY, forks.BROKEN: Reason.BROKEN}
NEED_THREADS = frozenset({Source.HEIC})
"""libde265 always decodes in a thread of its own."""


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer frames until the other side goes away."""
    while (frame := read_frame(requests)) is not None:
        header, body = answer_in_fork(*frame)
        write_frame(answers, header, body)


def answer_in_fork(request: dict, data: bytes) -> tuple[dict, bytes]:
    """Do one request in a limited fork; however it ends, there is an answer, with the fork's peak memory in KiB."""
    limits = Limits(**request["limits"])
    budget = forks.Budget(
        cpu_seconds=limits.cpu_seconds,
        wall_seconds=limits.wall_seconds,
        memory_bytes=limits.memory_bytes,
        output_bytes=2 * limits.max_clean_bytes,
        has_threads=request.get("kind") in NEED_THREADS,
        nice=LAST if request.get("is_outside") else PATIENT if request["task"] == "clean" else 0,
    )
    header, body = forks.answer_in_fork(lambda: _do(request, data, limits), budget)
    if forks.ENDED in header:
        header["refused"] = REFUSED[header.pop(forks.ENDED)].value
    return header, body


def _do(request: dict, data: bytes, limits: Limits) -> tuple[dict, bytes]:
    try:
        return TASKS[request["task"]](request, data, limits)
    except Refused as refused:
        return {"refused": refused.reason.value}, b""


def _draw(request: dict, data: bytes, limits: Limits) -> tuple[dict, bytes]:
    if request["kind"] == Kind.PDF:
        return {}, page_to_jpeg(data, request["page"], request["width"])
    return {}, shrink_image(data, request["width"], limits)


def _crop(request: dict, data: bytes, limits: Limits) -> tuple[dict, bytes]:
    return {}, crop(data, tuple(request["box"]), tuple(request["size"]), request["dpi"], request["most_bytes"], limits)


def clean(data: bytes, kind: Source, limits: Limits) -> CleanFile:
    """What is kept of a file that says it is a `kind`; Refused if nothing can be."""
    if kind is Source.PDF:
        return clean_pdf(data, limits)
    return clean_tiff(data, limits) if kind is Source.TIFF else clean_image(data, kind, limits)


def _described(clean: CleanFile) -> tuple[dict, bytes]:
    facts = asdict(clean)
    return facts, facts.pop("data")


TASKS: dict[str, Callable[[dict, bytes, Limits], tuple[dict, bytes]]] = {
    "look": lambda request, _data, _limits: ({"seen": walls.look(request["files"], request["ports"])}, b""),
    "clean": lambda request, data, limits: _described(clean(data, Source(request["kind"]), limits)),
    "choose": lambda request, data, _limits: _described(choose(data, request["pages"])),
    "draw": _draw,
    "measure": lambda _request, data, limits: ({"measured": measure(data, limits)}, b""),
    "crop": _crop,
}


def _warm_up() -> None:
    """Open one harmless file of each kind: what the libraries load late is then loaded before rights are given up."""
    limits = Limits()
    for kind in (Source.JPEG, Source.PNG, Source.WEBP):
        shrink_image(clean_image(tiny_picture(kind), kind, limits).data, 1, limits)
    clean_tiff(tiny_picture(Source.TIFF), limits)
    page_to_jpeg(clean_pdf(tiny_pdf(), limits).data, 1, 8)


def main() -> None:
    """Serve standard input and output; a closed pipe ends it."""
    os.chdir("/")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _warm_up()
    serve(sys.stdin.buffer, sys.stdout.buffer)
