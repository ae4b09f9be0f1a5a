"""Celery's filesystem queue, made safe against processes that die in the middle: a message is there whole or not at all.

As it comes, a reader may meet a message that is still being written, or was left half written, and ends; it lists the whole folder for
each message; and the bindings stand in a file that every process rewrites. Here a message is moved into the queue when it is complete,
one that cannot be read is dropped (the job row is still there: the reconciler rings again), a listing serves until it is used up, and
bindings are kept in memory, as every process declares the same ones.
"""

import os
import time
import uuid
from collections import deque
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

import structlog
from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual
from kombu.utils.json import dumps, loads

SCHEME = "folder"
UNFINISHED = ".part"
LEFT_BEHIND_SECONDS = 3600
"""A message that is unfinished for so long has no writer any more."""
LOOK_EVERY_SECONDS = 0.05
log = structlog.get_logger("card_desk.jobs")


def options(folder: Path) -> dict[str, Any]:
    """The transport options of a queue in `folder`, which is made, and rid of what killed writers left."""
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    return {"data_folder_in": str(folder), "data_folder_out": str(folder), "polling_interval": LOOK_EVERY_SECONDS}


def sweep(folder: Path) -> int:
    """Remove messages whose writer was killed before they were finished; returns how many."""
    swept = 0
    for path in folder.glob(f"*{UNFINISHED}"):
        with suppress(FileNotFoundError):  # its writer lives and has just finished it
            if time.time() - path.stat().st_mtime > LEFT_BEHIND_SECONDS:
                path.unlink()
                swept += 1
    return swept


class Channel(filesystem.Channel):
    """Messages are files of the folder data_folder_in, the oldest first."""

    supports_fanout = False
    get_table = virtual.Channel.get_table

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._listed: dict[str, deque[str]] = {}

    def _put(self, queue: str, message: Any, **_: Any) -> None:  # type: ignore[override]  # its two ancestors name it differently
        place = Path(self.data_folder_out) / f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        draft = place.with_name(place.name + UNFINISHED)
        try:
            draft.write_text(dumps(message), encoding="utf-8")
            os.replace(draft, place)  # as one step
        except OSError as error:
            raise ChannelError(f"cannot write into {self.data_folder_out}") from error

    def _get(self, queue: str, timeout: Any = None) -> Any:
        while True:  # ends with Empty
            place = Path(self.data_folder_in) / self._next_name(queue)
            try:
                content = place.read_bytes()
                place.unlink()  # one reader succeeds
                return loads(content.decode())
            except FileNotFoundError:
                continue
            except ValueError:
                log.warning("message dropped", queue=queue)

    def _next_name(self, queue: str) -> str:
        """The oldest of those that were there at the last look into the folder; Empty if there is none at a new look either."""
        listed = self._listed.setdefault(queue, deque())
        if not listed:
            listed.extend(sorted(name for name in os.listdir(self.data_folder_in) if name.partition(".")[2] == f"{queue}.msg"))
        if not listed:
            raise Empty
        return listed.popleft()


class Transport(filesystem.Transport):
    """The transport of addresses that begin with folder:// and name a folder."""

    Channel = Channel
    global_state = virtual.BrokerState()


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
