"""Celery wakes the workers. A message says only that something waits; what it is stands in the job rows, from which a worker takes it."""

from pathlib import Path

import structlog
from celery import Celery
from kombu.exceptions import ChannelError, OperationalError

from admin_app.foundation import settings
from admin_app.foundation.jobs import folder_queue
from admin_app.foundation.per_app import PerApp

TASK = "card_desk.work"
QUEUE = "card_desk"
MOST_RINGS = 16
"""So many messages at once wake every thread of a worker."""
_CLIENTS: PerApp[dict[tuple[str, Path], Celery]] = PerApp("jobs.clients", dict)
log = structlog.get_logger("card_desk.jobs")


def client() -> Celery:
    """The Celery client for the settings in force: the queue in the folder of the instance, or the broker of the settings."""
    in_force, known = settings.current(), _CLIENTS.get()
    place = (in_force.broker_url, in_force.instance / "queue" / "messages")
    if place not in known:
        known[place] = _connected(*place)
    return known[place]


def ring() -> None:
    """Wake one thread of whichever worker is free. A broker that is away is no error: the reconciler rings again."""
    try:
        client().send_task(TASK, ignore_result=True)
    except (OSError, OperationalError, ChannelError) as error:
        log.warning("workers not told", error=type(error).__name__)


def ring_if_silent(waiting: int) -> None:
    """Wake workers for `waiting` jobs, unless there are messages already that nobody has heard yet: they cannot pile up."""
    for _ in range(0 if _unheard() else min(waiting, MOST_RINGS)):
        ring()


def _unheard() -> int:
    celery = client()
    with celery.connection_for_write() as connection:
        try:
            connection.connect()
            queue = celery.amqp.queues[QUEUE].bind(connection.channel())
            queue.declare()
            return int(queue.queue_declare().message_count)
        except (*connection.connection_errors, *connection.channel_errors) as error:
            log.warning("broker does not answer", error=type(error).__name__)
            return 1


def _connected(url: str, folder: Path) -> Celery:
    in_folder = url.partition(":")[0] in ("", "filesystem", folder_queue.SCHEME)
    made = Celery("card_desk", broker=f"{folder_queue.SCHEME}://localhost/" if in_folder else url, set_as_current=False)
    made.conf.update(
        task_ignore_result=True,
        task_acks_late=False,  # the row, not the message, remembers what is not done yet
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0},  # somebody waits for the page; the reconciler rings again
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=2,
        worker_hijack_root_logger=False,
        worker_prefetch_multiplier=1,
        task_default_queue=QUEUE,
        worker_enable_remote_control=False,  # nobody asks a worker anything: its work is in the rows
    )
    if in_folder:
        made.conf.broker_transport_options = folder_queue.options(folder)
    elif url.startswith("redis"):
        made.conf.broker_transport_options = {"max_retries": 1, "socket_connect_timeout": 2, "socket_timeout": 10, "socket_keepalive": True}
    return made
