"""Celery's filesystem queue, made safe against processes that die in the middle: a message is there whole or not at all.

As it comes, a reader may meet a message that is still being written, or was left half written, and ends; and the bindings stand in a
file that every process rewrites. Here a message is moved into the queue when it is complete, one that cannot be read is dropped (its
job row is still there: the reconciler sends it again), and bindings are kept in memory, as every process declares the same ones.
"""

import os
import uuid
from pathlib import Path
from time import time_ns
from typing import Any

import structlog
from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual
from kombu.utils.json import dumps

SCHEME = "folder"
UNFINISHED = ".part"
log = structlog.get_logger("card_desk.jobs")


class Channel(filesystem.Channel):
    """Messages are files of the folder data_folder_in, the oldest first."""

    supports_fanout = False
    get_table = virtual.Channel.get_table

    def _put(self, queue: str, message: Any, **_: Any) -> None:  # type: ignore[override]  # its two ancestors name it differently
        place = Path(self.data_folder_out) / f"{time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        draft = place.with_name(place.name + UNFINISHED)
        try:
            draft.write_text(dumps(message), encoding="utf-8")
            os.replace(draft, place)  # as one step
        except OSError as error:
            raise ChannelError(f"cannot write into {self.data_folder_out}") from error

    def _get(self, queue: str, timeout: Any = None) -> Any:
        while True:  # ends with Empty
            try:
                return super()._get(queue)
            except ValueError:
                log.warning("message dropped", queue=queue)


class Transport(filesystem.Transport):
    """The transport of addresses that begin with folder:// and name a folder."""

    Channel = Channel
    global_state = virtual.BrokerState()


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
