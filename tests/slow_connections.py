"""Strangers who connect and never come to the point: nothing sent, half a request line, a byte now and then of a head or a body."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

HALVES = (b"", b"GET /sign-in HT")
BEGINNINGS = (
    b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n",
)
EVERY_SECONDS = 1.0


@contextmanager
def slow_connections(port: int, half_open: int, trickling: int) -> Iterator[list[socket.socket]]:
    """So many of each on `port`, until the block ends; yields all of them."""
    halves = [_begun(port, HALVES[number % 2]) for number in range(half_open)]
    slow = [_begun(port, BEGINNINGS[number % 2]) for number in range(trickling)]
    ended = threading.Event()
    hand = threading.Thread(target=_trickle, args=(slow, ended), daemon=True)
    hand.start()
    try:
        yield [*halves, *slow]
    finally:
        ended.set()
        hand.join()
        for one in (*halves, *slow):
            one.close()


def _begun(port: int, sent: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    line.sendall(sent)
    return line


def _trickle(lines: list[socket.socket], ended: threading.Event) -> None:
    while not ended.wait(EVERY_SECONDS):
        for line in lines:
            with suppress(OSError):  # the server has hung up
                line.sendall(b"a")
