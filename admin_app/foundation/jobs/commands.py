"""Commands of the two background processes: the worker and the clock."""

import time

import click
from flask import Flask, current_app

from admin_app.foundation.jobs import operations, worker

TICK_SECONDS = 5.0


def add_commands(app: Flask) -> None:
    """Give `flask --app run` the commands worker and clock."""
    app.cli.add_command(run_worker)
    app.cli.add_command(run_clock)


@click.command("worker")
@click.option("--threads", default=2, show_default=True, help="Jobs at the same time.")
def run_worker(threads: int) -> None:
    """Do jobs until stopped."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    celery = worker.client()

    def run_job(public_id: str) -> None:
        with app.app_context():
            operations.run(public_id)

    celery.task(name=worker.TASK)(run_job)
    options = ["--pool=threads", f"--concurrency={threads}", "--loglevel=WARNING", "--queues=card_desk"]
    celery.worker_main(["worker", *options, "--without-gossip", "--without-mingle", "--without-heartbeat"])


@click.command("clock")
def run_clock() -> None:
    """Every few seconds: send stuck jobs again, let provisional loss reports lapse, end idle sessions."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    while True:
        with app.app_context():
            operations.tick()
        time.sleep(TICK_SECONDS)
