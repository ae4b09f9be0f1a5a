"""No document reaches for something foreign: no connection, no file, nothing embedded; asked of the system where it can be traced."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.reports.reaching import WAYS, printed

ROOT = Path(__file__).parents[2]
MARK = "FOREIGN-4711"
DRAWING = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text y="9">{MARK}</text></svg>'
REACHED_AT_LEAST = 16
"""Of the ways, those that the library follows as it comes."""
OWN = (
    *(str(ROOT), sys.prefix, sys.base_prefix, "/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts", "/var/cache/fontconfig"),
    *("/proc/", "/sys/", "/usr/lib", "/lib", "/dev/"),
)
"""Where a document's fonts, programs and templates lie."""
TRACED = ("strace", "-f", "-qq", "-e", "trace=open,openat,connect", "-o")


class Canary(BaseHTTPRequestHandler):
    """Answers whoever comes with a small drawing, and remembers the visit."""

    visits: list[str]

    def do_GET(self) -> None:
        self.visits.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/svg+xml")
        self.end_headers()
        self.wfile.write(DRAWING.encode())

    def log_message(self, *_args: Any) -> None:
        """Nothing on the screen."""


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that nobody should visit, and its visits."""
    visits: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Watched", (Canary,), {"visits": visits}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/x.svg", visits
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def foreign(tmp_path: Path) -> str:
    """The address of a file that no document should open."""
    place = tmp_path / f"{MARK}.svg"
    place.write_text(DRAWING)
    return place.as_uri()


def test_no_document_visits_a_server_or_holds_a_file(canary: tuple[str, list[str]], foreign: str) -> None:
    address, visits = canary
    assert len({*WAYS}) == 28
    for way in WAYS:
        for reached in (address, foreign):
            content = printed(way.format(u=reached), is_open=False)
            assert not content or not embedded(content), way
    assert visits == []


def test_control_the_library_as_it_comes_visits_and_embeds(canary: tuple[str, list[str]], foreign: str) -> None:
    address, visits = canary
    followed = 0
    for way in WAYS:
        before = len(visits)
        printed(way.format(u=address), is_open=True)
        followed += len(visits) > before
    assert followed >= REACHED_AT_LEAST
    assert embedded(printed(f'<link rel=attachment href="{foreign}">', is_open=True))


def embedded(content: bytes) -> list[str]:
    """Names of files within a PDF."""
    return list(PdfReader(BytesIO(content)).attachments)


def foreign_calls(mode: str, folder: Path, *addresses: str) -> list[str]:
    """What was opened outside of OWN and of its own temporary folder, and connections tried, while all ways were printed."""
    log, marker, own = folder / f"{mode}.trace", folder / "marker", folder / "own"
    own.mkdir(exist_ok=True)
    command = [*TRACED, str(log), sys.executable, "-m", "tests.reports.reaching", mode, str(marker), *addresses]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, env={**os.environ, "TMPDIR": str(own)})
    assert done.returncode == 0, done.stderr[-2000:]
    _before, _begin, rest = log.read_text(errors="replace").partition(f"{marker}/begin")
    between, end, _after = rest.partition(f"{marker}/end")
    assert end, "the trace shows where the documents begin and end"
    opened = re.findall(r'open(?:at)?\([^"\n]*"([^"]+)"[^\n]*= \d', between)
    tried = re.findall(r"connect\([^\n]*(?:AF_INET6?)[^\n]*", between)
    return [path for path in opened if not path.startswith((*OWN, str(own))) and "fontconfig" not in path] + tried


def traceable() -> bool:
    """Whether this machine has strace and lets it look."""
    return (
        bool(shutil.which("strace")) and subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True).returncode == 0
    )


@pytest.mark.proof
@pytest.mark.skipif(not traceable(), reason="this machine cannot trace calls of the system")
def test_the_system_sees_no_foreign_file_opened_and_no_connection_tried(
    canary: tuple[str, list[str]], foreign: str, tmp_path: Path
) -> None:
    assert foreign_calls("shut", tmp_path, foreign, canary[0]) == []
    control = foreign_calls("open", tmp_path, foreign)
    assert any(MARK in path for path in control), "the library as it comes opens the file"
