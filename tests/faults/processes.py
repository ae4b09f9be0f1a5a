"""The desk as the office runs it, to be killed: a gunicorn with two web processes, a worker, and a bare HTTP client that survives both."""

import http.client
import os
import re
import signal
import subprocess
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from config import Settings
from run import end_with_parent, flask_line, web_line
from tests.apps import KEYS
from tests.browser.desk import free_port
from tests.factories.staff import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds after which something that does not come is a fault."""


def wait_until(happened: Callable[[], object], what: str) -> None:
    """Look a few times a second; AssertionError after PATIENCE."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, f"not within {PATIENCE} s: {what}"
        time.sleep(0.05)


class Processes:
    """Web and worker on one database; each can be killed with SIGKILL and comes back."""

    def __init__(self, settings: Settings, folder: Path, port: int) -> None:
        self.port, self.log = port, (folder / "processes.log").open("ab")
        self.environment = dict(os.environ) | {f"CARD_DESK_{name.upper()}": value for name, value in KEYS.items()}
        self.environment |= {
            "CARD_DESK_ENVIRONMENT": "test", "CARD_DESK_INSTANCE": str(settings.instance), "CARD_DESK_DATABASE_URL": settings.database_url,
            "CARD_DESK_UNDO_SECONDS": str(settings.undo_seconds),
        }  # fmt: skip
        # The application is loaded before the fork, so that a killed web process is back at once and many rounds fit into a minute.
        self.lines = {"web": web_line(f"127.0.0.1:{port}", processes=2, threads=8), "worker": flask_line("worker")}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start web or worker in a process group of its own."""
        where = {"cwd": ROOT, "env": self.environment, "stdout": self.log, "stderr": self.log, "preexec_fn": end_with_parent}
        self._running[name] = subprocess.Popen(self.lines[name], start_new_session=True, **where)  # type: ignore[call-overload]

    def kill_web_process(self) -> None:
        """SIGKILL to the processes that answer requests; gunicorn's master makes others."""
        for child in self._children():
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def kill(self, name: str) -> None:
        """SIGKILL to everything of web or worker, and start it again."""
        self.end(name)
        self.start(name)

    def stop(self) -> None:
        """End everything that was started."""
        for name in list(self._running):
            self.end(name)
        self.log.close()

    def end(self, name: str) -> None:
        """SIGKILL to everything of web or worker."""
        process = self._running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)

    def _children(self) -> list[int]:
        master = self._running["web"].pid
        return [int(one) for one in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


class Client:
    """A browser that keeps its cookie and its form token; a lost answer is None. With a user name it signs in."""

    def __init__(self, port: int, username: str = "") -> None:
        self.port, self.cookie, self.token = port, "", ""
        if username:
            self._learn_token("/sign-in")
            assert self.post("/sign-in", username=username, password=PASSWORD) == 302
            self._learn_token("/account/")

    def post(self, path: str, **form: object) -> int | None:
        """Send a form; the status of the answer, None if none came."""
        return self._ask("POST", path, urllib.parse.urlencode({"csrf_token": self.token} | form))[0]

    def post_and_hang_up(self, path: str, wait: Callable[[], None], **form: object) -> None:
        """Send a form, never read the answer, and close the line after `wait()`."""
        line = self._line()
        line.request("POST", path, urllib.parse.urlencode({"csrf_token": self.token} | form), self._headers())
        wait()
        line.close()

    def get(self, path: str) -> str:
        """The text of a page."""
        status, text = self._ask("GET", path)
        assert status == 200, (path, status)
        return text

    def _learn_token(self, path: str) -> None:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path))
        assert found
        self.token = found[1]

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int | None, str]:
        line = self._line()
        try:
            line.request(method, path, body, self._headers())
            answer = line.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return None, ""
        finally:
            line.close()
        cookies = SimpleCookie(answer.getheader("Set-Cookie") or "")
        if "card_desk" in cookies:
            self.cookie = cookies["card_desk"].value
        return answer.status, text

    def _line(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def _headers(self) -> dict[str, str]:
        sent = {"Content-Type": "application/x-www-form-urlencoded"}
        return sent | ({"Cookie": f"card_desk={self.cookie}"} if self.cookie else {})


@contextmanager
def served(processes: Processes) -> Iterator[Processes]:
    """Web and worker, started, and answering inside the block; they are killed at its end."""
    try:
        processes.start("web")
        processes.start("worker")
        wait_until(lambda: _answers(processes.port), "web")
        yield processes
    finally:
        processes.stop()


@contextmanager
def real_office(app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Iterator[Processes]:
    """A real gunicorn and a real worker on the database of the test, whose jobs go through the queue; `changes`: other settings."""
    in_force = app.config["SETTINGS"]
    places = {"instance": folder, "storage_url": f"file://{folder / 'files'}", "jobs_inline": False}
    for name, value in (places | changes).items():
        monkeypatch.setattr(in_force, name, value)
    with served(Processes(in_force, folder, free_port())) as started:
        yield started


def _answers(port: int) -> bool:
    with suppress(AssertionError):
        return Client(port).get("/sign-in") != ""
    return False
