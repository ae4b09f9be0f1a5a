"""HTTP to the servers that the settings name: the carrier, an SMS gateway, the receiver of anchors.

Straight and short: no redirect is followed and no proxy of the environment asked, the whole exchange has one deadline (a server that
sends a byte now and then does not hold a worker), and of the answer no more is read than was agreed.
"""

import http.client
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from socket import SHUT_RDWR, socket
from urllib.parse import urlsplit

MOST_BYTES = 1_000_000


class NotReached(Exception):
    """Nobody was there: the other side has surely got nothing."""


class NoAnswer(Exception):
    """The request left and no whole answer came in time: whether the other side has acted on it is not known."""


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes

    @property
    def is_good(self) -> bool:
        """Whether the status is one of 2xx."""
        return 200 <= self.status < 300


def ask(
    url: str,
    *,
    method: str = "POST",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = 10,
    most_bytes: int = MOST_BYTES,
) -> Answer:
    """Send one request and return the answer, whatever its status.

    `url`: http or https (ValueError for others; a certificate that does not fit is NotReached). `seconds`: for all of it. Raises
    NotReached, or NoAnswer for an answer that is late, broken off, no HTTP or longer than `most_bytes`. Call it outside of transaction().
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address begins with http:// or https:// and names a server")
    connection = _connection(parts.scheme, parts.hostname, parts.port, seconds)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _deadline(connection, seconds):
            return _exchange(connection, method, target, body, headers or {}, most_bytes)
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None, seconds: float) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=seconds)
    return http.client.HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())


@contextmanager
def _deadline(connection: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """Hang up after so many seconds: the timeout of a socket begins anew with each byte that comes."""
    try:
        connection.connect()
    except (OSError, http.client.HTTPException) as error:
        raise NotReached(type(error).__name__) from error
    line: socket = connection.sock
    is_late = threading.Event()
    watch = threading.Timer(seconds, _hang_up, (line, is_late))
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
    if is_late.is_set():  # an answer without a length looks whole when it is cut off
        raise NoAnswer("TooLate")


def _hang_up(line: socket, is_late: threading.Event) -> None:
    is_late.set()
    with suppress(OSError):  # it was closed at this very moment
        line.shutdown(SHUT_RDWR)


def _exchange(
    connection: http.client.HTTPConnection, method: str, target: str, body: bytes | None, headers: Mapping[str, str], most_bytes: int
) -> Answer:
    try:
        connection.request(method, target, body, dict(headers))
        answer = connection.getresponse()
        read = answer.read(most_bytes + 1)
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(type(error).__name__) from error
    if len(read) > most_bytes:
        raise NoAnswer("TooLong")
    if answer.length:  # bytes that were announced and never came; read() with a limit does not say so
        raise NoAnswer("BrokenOff")
    return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, read)
