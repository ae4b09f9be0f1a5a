"""Ask the office's virus scanner (clamd) about a file before anything opens it. Where none is set, nobody is asked.

The protocol is clamd's INSTREAM: the file in pieces, each after its length, and one line back. No answer, a late one, one that says neither
yes nor no: the file is not taken.
"""

import socket
import struct
import time

import structlog

from admin_app.foundation.storage.limits import Reason, Refused

PATIENCE_SECONDS = 20
"""For the whole of one file."""
PIECE = 64 * 1024
LONGEST_ANSWER = 4096
log = structlog.get_logger("card_desk.scanner")


def refuse_infected(data: bytes, address: str, *, patience: float = PATIENCE_SECONDS) -> None:
    """Refused unless the scanner at `address` (host:port, or the path of a socket) calls the file clean; nothing is asked at ''."""
    if not address:
        return
    try:
        answer = _ask(address, _in_pieces(data), patience)
    except OSError as error:
        log.error("the virus scanner does not answer", error=type(error).__name__)
        raise Refused(Reason.NOT_SCANNED) from error
    if answer.endswith(b" FOUND"):
        log.warning("an infected file was refused", found=answer.decode("ascii", "replace")[:200])
        raise Refused(Reason.INFECTED)
    if answer != b"stream: OK":
        log.error("the virus scanner could not scan a file", answer=answer.decode("ascii", "replace")[:200])
        raise Refused(Reason.NOT_SCANNED)


def answers(address: str, *, patience: float = 2) -> bool:
    """Whether a scanner answers at `address`."""
    try:
        return _ask(address, [b"zPING\0"], patience) == b"PONG"
    except OSError:
        return False


def _in_pieces(data: bytes) -> list[bytes]:
    pieces = [data[start : start + PIECE] for start in range(0, len(data), PIECE)]
    return [b"zINSTREAM\0", *(struct.pack("!I", len(piece)) + piece for piece in pieces), struct.pack("!I", 0)]


def _ask(address: str, question: list[bytes], patience: float) -> bytes:
    """The line that comes back, without its end; OSError where it does not come in time or is cut off."""
    end = time.monotonic() + patience
    with _connected(address, patience) as line:
        for piece in question:
            line.settimeout(_left(end))
            line.sendall(piece)
        answer = b""
        while not answer.endswith(b"\0"):
            line.settimeout(_left(end))
            more = line.recv(LONGEST_ANSWER)
            if not more or len(answer) > LONGEST_ANSWER:
                raise ConnectionError("an answer without an end")
            answer += more
    return answer.rstrip(b"\0")


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError("too late")
    return left


def _connected(address: str, patience: float) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(patience)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=patience)
