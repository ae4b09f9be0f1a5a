"""A server on this machine that answers as the worst of them do; tests decide each answer."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple


class Asked(NamedTuple):
    """One request as it came."""

    line: str
    headers: dict[str, str]
    """Names in small letters."""
    body: bytes


class StrangeServer:
    """Its address, what it was asked, and the way it answers: `answer(request)` gives the bytes, an empty answer hangs up."""

    def __init__(self, answer: Callable[[Asked], bytes | Iterator[bytes]]) -> None:
        """Listen at once."""
        self.answer = answer
        self.asked: list[Asked] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.ended = threading.Event()
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Nobody is there any more."""
        self.ended.set()
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _serve(self) -> None:
        while not self.ended.is_set():
            try:
                line, _address = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(line,), daemon=True).start()

    def _one(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            request = _read(line)
            self.asked.append(request)
            answer = self.answer(request)
            for part in [answer] if isinstance(answer, bytes) else answer:
                line.sendall(part)


def _read(line: socket.socket) -> Asked:
    with line.makefile("rb") as read:
        first = read.readline().decode("ascii").strip()
        headers = {}
        while text := read.readline().decode("latin-1").strip():
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        return Asked(first, headers, read.read(int(headers.get("content-length", 0))))


def said(status: int, body: bytes = b"", *headers: str) -> bytes:
    """A whole answer with a length."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("ascii") + body


@contextmanager
def strange_server(answer: Callable[[Asked], bytes | Iterator[bytes]]) -> Iterator[StrangeServer]:
    """A server until the block ends."""
    server = StrangeServer(answer)
    try:
        yield server
    finally:
        server.close()
