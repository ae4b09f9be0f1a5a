"""The process that lays out documents: forks one short-lived, limited child for each and holds no secrets.

Started by press.py with an empty environment; both pipes carry frames.
"""

import os
import signal
import sys
from typing import IO

from admin_app.foundation.children import forks, walls
from admin_app.foundation.children.frames import read_frame, write_frame
from reports.pdf import renderer, weasy
from reports.pdf.writer import WRITER, BlockedFetch
from reports.text import typefaces


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer frames until the other side goes away."""
    while (frame := read_frame(requests)) is not None:
        header, body = answer_in_fork(*frame)
        write_frame(answers, header, body)


def answer_in_fork(request: dict, data: bytes) -> forks.Answer:
    """Do one request in a limited fork; the fonts are unpacked into a folder of its own."""
    budget = forks.Budget(**request["budget"], has_threads=True)
    return forks.answer_in_fork(lambda: _do(request, data), budget, needs_folder=True)


def _do(request: dict, data: bytes) -> forks.Answer:
    if request["task"] == "look":
        return {"seen": walls.look(request["files"], request["ports"])}, b""
    try:
        return {}, weasy.write(request["html"], request["css"], _unpacked(request["assets"], data))
    except BlockedFetch as blocked:
        return {"blocked": str(blocked)}, b""


def _unpacked(assets: list[tuple[str, str, int]], data: bytes) -> dict[str, tuple[str, bytes]]:
    """Address -> media type, content; `assets` says how many bytes of `data` belong to each."""
    unpacked, start = {}, 0
    for address, media_type, size in assets:
        unpacked[address] = media_type, data[start : start + size]
        start += size
    return unpacked


def _warm_up() -> None:
    """Lay out one harmless page with a font and a drawing: what the libraries load late is then loaded before rights are given up."""
    WRITER.write = weasy.write
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>x</text></svg>'
    renderer.Renderer("x", "", images={"x.svg": drawing}).print('<p>x<img src="asset:x.svg">')
    for typeface in typefaces.available():  # a line is asked for its letters while it is drawn, when no font file can be opened any more
        for weight in typeface.weights():
            typefaces.font(typeface.file(weight))


def main() -> None:
    """Serve standard input and output; a closed pipe ends it."""
    os.chdir("/")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _warm_up()
    serve(sys.stdin.buffer, sys.stdout.buffer)
