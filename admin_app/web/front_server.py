"""The web server of one process: whatever comes slowly waits in one loop, and a thread is taken only by a request that is whole.

Gunicorn makes and watches the processes (run.py), Waitress reads and writes for all connections of a process at once, so that no thread
ever waits for somebody's line: requests are collected before, and answers sent after a thread has worked on them (ADR 0041).
"""

import heapq
import os
import resource
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers import base
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import RequestEntityTooLarge

from admin_app.web import request_limits

HEAD_SECONDS = 20
"""In which the head of a request must be there."""
BODY_SECONDS, BODY_BYTES_A_SECOND = 60, 10_000
"""In which its body must be there: so long, and longer for as many bytes as it has."""
IDLE_SECONDS = 60
"""After which a connection that asks and is sent nothing is closed."""
LOOK_SECONDS = 2
"""How often connections are looked at for these."""
CONNECTIONS = 4000
"""Of one process at most; when they are all taken, those whose requests have waited longest to be whole make room."""
SMALL_BODY = 2 * request_limits.FORM_BYTES
"""Of a body whose head does not say how long it is: no browser and no proxy of ours sends such a one."""
OPEN_FILES = 65_536
TIMES_LARGEST = 16
"""As many of the largest requests may lie in one process at once, half received or half sent; of more, the largest are hung up on."""
GROWTH_BYTES = 1024 * 1024 * 1024
"""That a process may grow beyond what it had when it began; then it finishes what it has and another takes its place."""
KIBIBYTE = 1024
MEGABYTE = KIBIBYTE * KIBIBYTE


class Incoming(HTTPRequestParser):
    """A request that is being received, and when it began."""

    error: Any
    largest_body: Callable[[str], int]
    """What the application takes at most at a path; twice as much is received, so that whoever sends it can read the refusal."""

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.began = time.monotonic()
        self.most = SMALL_BODY
        """Bytes of the body; known when the head is whole."""

    def received(self, data: bytes) -> int:
        """Take what came; a body that is larger than its path takes, or comes in pieces and is no small one, is not received."""
        consumed: int = super().received(data)
        if self.headers_finished and not self.error and self.body_rcv is not None:
            if not self.chunked and not self.body_bytes_received:
                self.most = 2 * self.largest_body(self.path)
            if max(self.content_length, self.body_bytes_received) > self.most:
                self.error, self.completed = RequestEntityTooLarge(f"exceeds {self.most} bytes"), True
        return consumed

    @property
    def held(self) -> int:
        """Bytes of it that lie here."""
        return len(self.body_rcv) if self.body_rcv is not None else 0

    def is_late(self, now: float) -> bool:
        """Whether what is still missing should have been here."""
        if not self.headers_finished:
            return now - self.began > HEAD_SECONDS
        return now - self.began > BODY_SECONDS + self.content_length / BODY_BYTES_A_SECOND


def answer_to(channel: Any, request: Any) -> Any:
    """What answers a request that cannot be read: Waitress itself, or, where its body is far too large to be received, our own page."""
    if not isinstance(request.error, RequestEntityTooLarge) or not request.content_length:
        return ErrorTask(channel, request)
    request.error, request.body_rcv = None, None
    task = WSGITask(channel, request)
    task.set_close_on_finish()
    return task


class Channel(HTTPChannel):
    """One connection."""

    parser_class = Incoming
    error_task_class = staticmethod(answer_to)

    @property
    def held(self) -> int:
        """Bytes that were received and not answered, and of answers that were not sent, in memory or in a file."""
        received = [*self.requests, self.request] if self.request is not None else self.requests
        return int(self.total_outbufs_len) + sum(request.held for request in received)

    @property
    def is_waiting(self) -> bool:
        """Whether nobody works for it and nothing waits to be sent to it."""
        return not self.requests and not self.total_outbufs_len

    def close_if_late(self, now: float) -> None:
        """Hang up on whoever is too slow."""
        if self.is_waiting and self.request is not None and self.request.is_late(now):
            self.will_close = True

    def waits_since(self) -> float:
        """When what it waits for began (seconds of the machine's own clock)."""
        return self.request.began if self.request is not None else time.monotonic() - (time.time() - self.last_activity)


def allow_open_files() -> None:
    """Raise the soft limit of open files: each connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def connections_allowed() -> int:
    """How many connections this process may have: CONNECTIONS, or half of the files that it may open."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return CONNECTIONS if soft == resource.RLIM_INFINITY else min(CONNECTIONS, soft // 2)


def resident_bytes() -> int:
    """What this process has in memory at this moment; 0 where the system does not say."""
    with suppress(OSError), open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()
    return 0


class FrontServer:
    """Waitress on sockets that listen already; `turn()` does what there is to do and comes back within a second."""

    def __init__(self, application: Any, sockets: list[Any], threads: int, largest: int, largest_body: Callable[[str], int]) -> None:
        allow_open_files()
        self.most_held = TIMES_LARGEST * largest
        """Bytes, of all connections together."""
        self.most = connections_allowed()
        self.open: dict[int, Any] = {}
        self.server: Any = create_server(
            application, map=self.open, _start=False, sockets=sockets, threads=threads, ident=None, asyncore_use_poll=True,
            connection_limit=self.most + len(sockets) + CONNECTIONS, channel_timeout=IDLE_SECONDS, cleanup_interval=LOOK_SECONDS,
            max_request_header_size=64 * KIBIBYTE, max_request_body_size=2 * largest + 1, inbuf_overflow=64 * KIBIBYTE,
            outbuf_overflow=MEGABYTE // 4, outbuf_high_watermark=KIBIBYTE * MEGABYTE, clear_untrusted_proxy_headers=False,
        )  # fmt: skip
        self.listening = [one for one in self.open.values() if hasattr(one, "accept_connections")]
        parser = type("IncomingHere", (Incoming,), {"largest_body": staticmethod(largest_body)})
        for one in self.listening:
            one.channel_class = type("ChannelHere", (Channel,), {"parser_class": parser})
            one.accept_connections()
        self._look_at = 0.0

    @property
    def channels(self) -> list[Channel]:
        """The connections that are open."""
        return [one for one in self.open.values() if isinstance(one, Channel)]

    @property
    def is_busy(self) -> bool:
        """Whether anybody is still worked for, or sent an answer."""
        return any(not channel.is_waiting for channel in self.channels)

    def turn(self) -> None:
        """Accept, receive and send what can be; wait for that, at most a second."""
        wasyncore.loop(timeout=1.0, use_poll=True, map=self.open, count=1)
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            for channel in self.channels:
                channel.close_if_late(now)
            self._let_go()
        if len(self.open) > self.most:
            self._make_room()

    def _let_go(self) -> None:
        """Hang up on those who hold most, one after the other, until all of them together hold what may be held."""
        channels = sorted(self.channels, key=lambda channel: channel.held)
        held = sum(channel.held for channel in channels)
        while held > self.most_held and channels:
            largest = channels.pop()
            held -= largest.held
            if not largest.requests:  # else a thread works on it, or will at once
                largest.handle_close()

    def _make_room(self) -> None:
        """Hang up on a tenth: those who have had longest to say what they want."""
        waiting = [channel for channel in self.channels if channel.is_waiting]
        for channel in heapq.nsmallest(max(1, self.most // 10), waiting, key=Channel.waits_since):
            channel.handle_close()

    def stop(self, seconds: float, go_on: Callable[[], None]) -> None:
        """Accept nothing any more, finish what is whole, wait for that at most so long."""
        for one in self.listening:
            one.accepting = False
        deadline = time.monotonic() + seconds
        while self.is_busy and time.monotonic() < deadline:
            go_on()
            wasyncore.loop(timeout=0.1, use_poll=True, map=self.open, count=1)
        self.server.task_dispatcher.shutdown(timeout=1)
        for channel in self.channels:
            with suppress(OSError):
                channel.handle_close()


class FrontWorker(base.Worker):
    """A process of gunicorn's that serves with a FrontServer."""

    def run(self) -> None:
        """Serve until told to stop, or until the process that started this one is gone."""
        sockets = [one.sock for one in self.sockets]
        largest_body = partial(request_limits.largest_body, self.wsgi)
        front = FrontServer(self.wsgi, sockets, self.cfg.threads, self.wsgi.config["MAX_CONTENT_LENGTH"], largest_body)
        most = resident_bytes() + GROWTH_BYTES
        while self.alive and self.ppid == os.getppid():
            self.notify()
            front.turn()
            if resident_bytes() > most:
                self.log.warning("This process has grown by more than %s MB; another takes its place.", GROWTH_BYTES // MEGABYTE)
                break
        front.stop(self.cfg.graceful_timeout, self.notify)
