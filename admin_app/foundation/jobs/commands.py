"""Commands of the two background processes: the worker and the clock."""

import threading
import time

import click
import structlog
from celery.signals import worker_shutting_down
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from admin_app.foundation import database_clock, database_refusals, settings
from admin_app.foundation.database_trouble import trouble_of
from admin_app.foundation.jobs import operations, worker

TICK_SECONDS = 5.0
AGAIN_SECONDS = 2.0
"""After which a worker asks a database again that was in trouble."""
log = structlog.get_logger("card_desk.jobs")


def add_commands(app: Flask) -> None:
    """Give `flask --app run` the commands worker and clock."""
    app.cli.add_command(run_worker)
    app.cli.add_command(run_clock)


@click.command("worker")
@click.option("--threads", type=click.IntRange(1, 64), help="Jobs at the same time; default: the setting worker_threads.")
def run_worker(threads: int | None) -> None:
    """Do jobs until stopped; what has begun is finished."""
    database_refusals.refuse_unsafe_database()
    database_clock.follow()
    serve(current_app._get_current_object(), threads or settings.current().worker_threads)  # type: ignore[attr-defined]


def serve(app: Flask, threads: int) -> None:
    """Be a worker: do the jobs of `app`, whose context is open, until a signal stops it."""
    celery, stopping = worker.client(), threading.Event()

    def answer() -> None:
        work(app, stopping)

    celery.task(name=worker.TASK)(answer)
    worker_shutting_down.connect(lambda **_: stopping.set(), weak=False)
    worker.ring_if_silent(threads)  # for what was left when the last worker ended
    options = ["--pool=threads", f"--concurrency={threads}", "--loglevel=WARNING", f"--queues={worker.QUEUE}"]
    celery.worker_main(["worker", *options, "--without-gossip", "--without-mingle", "--without-heartbeat"])


def work(app: Flask, stopping: threading.Event) -> None:
    """Do what is due, job after job, until nothing is or `stopping` is set. Whoever finds more than one wakes another thread."""
    ended, alone = None, True
    while not stopping.is_set():
        with app.app_context():
            try:
                database_clock.keep_right()
                job = operations.take_next(ended)
            except (DBAPIError, PoolTimeout) as error:
                _wait_for_database(error, stopping)
                continue
            if job is None:
                return
            if alone and operations.more_is_due():
                worker.ring()
            alone = False
            ended = operations.perform(job)
    if ended is not None:
        with app.app_context():
            operations.record(ended)


def _wait_for_database(error: Exception, stopping: threading.Event) -> None:
    """What is done is not forgotten while the database is locked, full or away: it is written down when that has passed."""
    trouble = trouble_of(error)
    if trouble is None:
        raise error
    log.warning("worker waits for the database", trouble=str(trouble))
    stopping.wait(AGAIN_SECONDS)


@click.command("clock")
def run_clock() -> None:
    """Every few seconds: wake workers for what waits too long, let provisional loss reports lapse, end idle sessions."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    database_refusals.refuse_unsafe_database()
    database_clock.follow()
    while True:
        with app.app_context():
            database_clock.keep_right()
            operations.tick()
        time.sleep(TICK_SECONDS)
