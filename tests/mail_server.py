"""A mail server on this machine that does as it is told: a real SMTP conversation, one thread a visitor."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

HANG_UP = b""
"""Instead of a reply: the line is closed."""
GOOD = {
    "hello": b"220 here", "EHLO": b"250 here", "MAIL": b"250 ok", "RCPT": b"250 ok", "DATA": b"354 go on", ".": b"250 taken",
    "QUIT": b"221 bye",
}  # fmt: skip


class MailServer(socketserver.ThreadingTCPServer):
    """Its port, and what it took: (sender, recipient, the mail)."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, replies: Mapping[str, bytes]) -> None:
        """Answer each word of SMTP as `replies` says, else as a good server does."""
        super().__init__(("127.0.0.1", 0), Visit)
        self.replies, self.mails = GOOD | dict(replies), list[tuple[str, str, bytes]]()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Visit(socketserver.StreamRequestHandler):
    """One conversation."""

    server: MailServer

    def handle(self) -> None:
        said: dict[str, str] = {}
        if not self._say("hello"):
            return
        while line := self.rfile.readline():
            word = line.decode("ascii").strip()
            verb = word[:4].upper()
            said[verb] = word.partition(":")[2].partition(" ")[0].strip("<>")
            if not self._say(verb):
                return
            if verb == "QUIT":
                return
            if verb == "DATA" and self.server.replies["DATA"].startswith(b"354"):
                self.server.mails.append((said["MAIL"], said["RCPT"], self._mail()))
                if not self._say("."):
                    return

    def _mail(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines)

    def _say(self, word: str) -> bool:
        reply = self.server.replies.get(word, b"502 what")
        if reply == HANG_UP:
            return False
        self.wfile.write(reply + b"\r\n")
        return True


@contextmanager
def mail_server(**replies: Any) -> Iterator[MailServer]:
    """A server until the block ends; `dot` is the reply to a whole mail."""
    server = MailServer({"." if word == "dot" else word: reply for word, reply in replies.items()})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
