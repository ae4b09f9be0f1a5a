"""Celery carries a job's public id from the web process to a worker; everything else is in the job row."""

from pathlib import Path

from celery import Celery

from admin_app.foundation import settings
from admin_app.foundation.jobs import folder_queue

TASK = "card_desk.run_job"
_clients: dict[str, Celery] = {}


def client() -> Celery:
    """The Celery client for the settings in force: the queue in the folder of the instance, or the broker of the settings."""
    in_force = settings.current()
    url = in_force.broker_url or f"{folder_queue.SCHEME}://localhost/"
    place = f"{url}|{in_force.instance}"
    if place not in _clients:
        _clients.clear()
        _clients[place] = _make(url, in_force.instance / "queue" / "messages")
    return _clients[place]


def post(public_id: str) -> None:
    """Send one job to whichever worker is free."""
    client().send_task(TASK, args=[public_id], ignore_result=True)


def _make(url: str, folder: Path) -> Celery:
    made = Celery("card_desk", broker=url, set_as_current=False)
    made.conf.update(
        task_ignore_result=True,
        task_acks_late=False,  # the row, not the message, remembers what is not done yet
        broker_connection_retry_on_startup=True,
        worker_hijack_root_logger=False,
        worker_prefetch_multiplier=1,
        task_default_queue="card_desk",
        worker_enable_remote_control=False,  # nobody asks a worker anything: its work is in the rows
    )
    if url.startswith(f"{folder_queue.SCHEME}:"):
        folder.mkdir(parents=True, exist_ok=True)
        made.conf.broker_transport_options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "polling_interval": 0.3}
    return made
