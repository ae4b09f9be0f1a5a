"""Whoever is slow holds no thread: not while asking, not while being answered; and is hung up on in the end."""

import http.client
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from admin_app.web import front_server
from admin_app.web.front_server import FrontServer
from tests.browser.desk import free_port
from tests.faults.processes import wait_until
from tests.slow_connections import slow_connections

THREADS = 2
LARGE = b"x" * 8_000_000
"""More than the lines of a machine hold for somebody who does not read."""
LARGEST = 1000


class Desk:
    """Stands for the application: says how long the body is; `/large` is answered at length, `/wait` when it may go on."""

    def __init__(self) -> None:
        self.may_go_on, self.began = threading.Event(), threading.Event()

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/wait":
            self.began.set()
            self.may_go_on.wait(30)
        start("200 OK", [("Content-Type", "text/plain")])
        return [
            LARGE
            if environ["PATH_INFO"] == "/large"
            else f"{len(environ['wsgi.input'].read())} of {environ.get('CONTENT_LENGTH')}".encode()
        ]


class Running:
    """A FrontServer in a thread of its own."""

    def __init__(self) -> None:
        self.desk, self.stopped = Desk(), threading.Event()
        line = socket.create_server(("127.0.0.1", 0))
        self.port = int(line.getsockname()[1])
        self.front = FrontServer(self.desk, [line], THREADS, LARGEST, lambda path: 100 if path == "/small" else LARGEST)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while not self.stopped.is_set():
            self.front.turn()
        self.front.stop(30, lambda: None)

    def end(self) -> None:
        """Stop it, at once if nobody is worked for."""
        self.stopped.set()
        self.front.server.pull_trigger()

    def ask(self, path: str = "/", body: bytes | None = None) -> bytes:
        """The answer to a request that is sent at once."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request("POST" if body is not None else "GET", path, body)
        return line.getresponse().read()

    def open(self, sent: bytes = b"") -> socket.socket:
        """A connection on which so much was sent."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        line.sendall(sent)
        return line


@pytest.fixture
def running() -> Iterator[Running]:
    one = Running()
    try:
        yield one
    finally:
        one.desk.may_go_on.set()
        one.end()
        one.thread.join(40)


def test_slow_requests_hold_no_thread(running: Running) -> None:
    with slow_connections(running.port, half_open=60, trickling=10):
        assert running.ask(body=b"12345") == b"5 of 5"


def test_slow_readers_hold_no_thread(running: Running) -> None:
    readers = [running.open(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n") for _number in range(3 * THREADS)]
    assert running.ask() == b"0 of None"
    assert running.ask("/large") == LARGE
    for reader in readers:
        reader.close()


def test_whoever_never_finishes_is_hung_up_on(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_server, "HEAD_SECONDS", 0)
    monkeypatch.setattr(front_server, "LOOK_SECONDS", 0)
    assert running.open(b"GET / HT").recv(1) == b""


def test_control_who_may_still_finish_is_answered(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_server, "LOOK_SECONDS", 0)
    line = running.open(b"GET / HT")
    line.sendall(b"TP/1.1\r\nHost: x\r\n\r\n")
    assert line.recv(12) == b"HTTP/1.1 200"


def test_when_all_connections_are_taken_the_oldest_make_room(running: Running) -> None:
    running.front.most = 20
    lines = [running.open(b"GET / HT") for _number in range(60)]
    assert running.ask() == b"0 of None"
    assert lines[0].recv(1) == b""
    wait_until(lambda: len(running.front.channels) <= 20, "room")


def test_a_body_that_is_too_large_is_the_application_s_to_refuse(running: Running) -> None:
    assert running.ask(body=b"x" * (LARGEST + 1)) == b"1001 of 1001"


def test_a_body_far_too_large_is_not_received_and_yet_refused_by_the_application(running: Running) -> None:
    line = running.open(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n")
    answer = http.client.HTTPResponse(line)
    answer.begin()
    assert answer.read() == b"0 of 900000000"
    assert answer.getheader("Connection") == "close"


def test_what_a_path_does_not_take_is_not_received(running: Running) -> None:
    line = running.open(b"POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 250\r\n\r\n")
    answer = http.client.HTTPResponse(line)
    answer.begin()
    assert answer.read() == b"0 of 250" and answer.getheader("Connection") == "close"
    assert running.ask("/small", b"x" * 150) == b"150 of 150", "twice as much is, so that the refusal is read"


def test_a_body_in_pieces_is_a_small_one(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_server, "SMALL_BODY", 100)
    head, piece = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"32\r\n" + b"x" * 50 + b"\r\n"
    assert running.open(head + piece + b"0\r\n\r\n").recv(12) == b"HTTP/1.1 200"
    assert running.open(head + piece * 4 + b"0\r\n\r\n").recv(12) == b"HTTP/1.1 413"
    assert running.open(head + b"9" * 200).recv(12) == b"HTTP/1.1 413", "nor is the length of a piece without an end"


def test_when_too_much_lies_here_those_who_hold_most_are_hung_up_on(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_server, "LOOK_SECONDS", 0)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    few, many = running.open(head + b"x" * 10), [running.open(head + b"x" * 900) for _number in range(4)]
    wait_until(lambda: sum(one.held for one in running.front.channels) == 3610, "the bodies")
    running.front.most_held = 2000
    wait_until(lambda: sum(one.held for one in running.front.channels) <= 2000, "room")
    few.sendall(b"x" * 990)
    assert few.recv(12) == b"HTTP/1.1 200"
    for one in many:
        one.close()


def test_a_process_that_has_grown_too_much_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    assert front_server.resident_bytes() > 10_000_000
    worker = front_server.FrontWorker.__new__(front_server.FrontWorker)
    said: list[str] = []
    worker.log = SimpleNamespace(warning=lambda text, *values: said.append(text % values))
    worker.alive, worker.ppid, worker.notify, worker.sockets = True, os.getppid(), lambda: None, []
    worker.cfg, worker.wsgi = SimpleNamespace(threads=1, graceful_timeout=1), SimpleNamespace(config={"MAX_CONTENT_LENGTH": LARGEST})
    turns = [0, 0, 3 * front_server.GROWTH_BYTES]
    monkeypatch.setattr(front_server, "resident_bytes", lambda: turns.pop(0))
    monkeypatch.setattr(front_server, "FrontServer", lambda *_arguments: SimpleNamespace(turn=lambda: None, stop=lambda *_: None))
    worker.run()
    assert turns == [] and said == ["This process has grown by more than 1024 MB; another takes its place."]


def test_what_was_begun_is_finished_at_the_end(running: Running) -> None:
    line = running.open(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
    idle = running.open()
    assert running.desk.began.wait(30)
    running.end()
    running.desk.may_go_on.set()
    assert line.recv(12) == b"HTTP/1.1 200"
    running.thread.join(40)
    assert not running.thread.is_alive()
    assert idle.recv(1) == b""


@contextmanager
def served_by_threads(folder: Path) -> Iterator[int]:
    """The arrangement of before: a thread for each connection, as soon as it is there."""
    port = free_port()
    (folder / "plain.py").write_text("def app(environ, start):\n    start('200 OK', [])\n    return [b'well']\n", encoding="utf-8")
    line = [sys.executable, "-m", "gunicorn", "plain:app", "--worker-class", "gthread", "--threads", str(THREADS)]
    started = subprocess.Popen([*line, "--bind", f"127.0.0.1:{port}", "--no-control-socket", "--log-level", "error"], cwd=folder)
    try:
        wait_until(lambda: _answers(port, 30), "the server")
        yield port
    finally:
        started.kill()
        started.wait(30)


def _answers(port: int, seconds: float) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        line.request("GET", "/")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def test_control_a_thread_for_each_connection_is_stopped_by_slow_ones(tmp_path: Path) -> None:
    with served_by_threads(tmp_path) as port:
        with slow_connections(port, half_open=0, trickling=2 * THREADS):
            assert not _answers(port, 2)
        wait_until(lambda: _answers(port, 30), "the end of the slow ones")
