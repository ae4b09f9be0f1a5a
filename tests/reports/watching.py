"""What a piece of work opens, calls and connects to, as Python itself tells it; and a server that remembers its visitors."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
OWN = (str(ROOT), sys.prefix, sys.base_prefix, "/usr/", "/lib", "/etc/fonts", "/var/cache/fontconfig", "/dev/", "/proc/self/status")
"""Where fonts, programs and templates lie."""
REACHING = {
    *("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request", "subprocess.Popen"),
    *("os.system", "os.exec", "os.posix_spawn", "smtplib.connect", "ftplib.connect", "http.client.connect"),
}
"""Events of Python's audit that leave the process."""
_open_logs: list[list[str]] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _open_logs:
        return
    if event in REACHING:
        told = f"{event} {arguments!r:.200}"
    elif event == "open" and isinstance(arguments[0], str | bytes) and is_foreign(arguments[0]):
        told = f"open {arguments[0]!r}"
    else:
        return
    for log in _open_logs:
        log.append(told)


sys.addaudithook(_hook)


def is_foreign(path: str | bytes) -> bool:
    """Whether a file lies where no document of ours has anything to look for."""
    words = path.decode(errors="replace") if isinstance(path, bytes) else path
    return not Path(words).absolute().as_posix().startswith(OWN)


@contextmanager
def watched(*, own: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """What is reached for inside the block, without the files and servers whose names hold one of `own`."""
    log: list[str] = []
    _open_logs.append(log)
    try:
        yield log
    finally:
        _open_logs[:] = [one for one in _open_logs if one is not log]
        log[:] = [told for told in log if not any(name in told for name in own)]


class _Visitor(BaseHTTPRequestHandler):
    visits: list[str]

    def do_GET(self) -> None:
        self.visits.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Nothing on the screen."""


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """Host and port of a server that nobody should visit, and its visits."""
    visits: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Watched", (_Visitor,), {"visits": visits}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", visits
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
