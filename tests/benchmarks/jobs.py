"""Trivial jobs through a real worker, on both databases and both queues: nothing lost, nothing done twice.

python -m tests.benchmarks.jobs drive JOBS measures on the office of the environment; `... worker` is the worker that does them.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from admin_app.factory import create_app
from admin_app.foundation import settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import commands
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import DONE, Job
from tests.benchmarks import data
from tests.redis_server import Redis

NOTHING = "bench.nothing"
SMALL = 50
"""Applications of the office whose jobs they are; nothing depends on it."""
PATIENCE = 120.0
"""Seconds after which jobs that are not done end the run."""


def measure(databases: list[str], count: int, server: str) -> list[dict[str, Any]]:
    """Jobs a second on each database, through the queue of files and through Redis."""
    results = []
    for database in databases:
        office = data.office(database, SMALL, server)
        with tempfile.TemporaryDirectory() as folder:
            redis = Redis(Path(folder))
            redis.start()
            for queue, url in (("files", ""), ("redis", redis.url)):
                line = [sys.executable, "-m", "tests.benchmarks.jobs", "drive", str(count)]
                there = data.environment(office) | {"CARD_DESK_BROKER_URL": url}
                done = subprocess.run(line, cwd=data.ROOT, env=there, capture_output=True, text=True, check=False)
                if done.returncode:
                    raise SystemExit(f"jobs failed:\n{done.stderr[-3000:]}")
                results.append({"database": database, "queue": queue} | json.loads(done.stdout.strip().splitlines()[-1]))
            redis.kill()
    return results


def work() -> None:
    """A worker that knows the job of the benchmark."""
    app = create_app()
    with app.app_context():
        jobs.register(NOTHING, lambda _job: None)
        commands.serve(app, settings.current().worker_threads)


def drive(count: int) -> None:
    """Enqueue `count` jobs at once, then `count` each in a transaction of its own; print jobs a second as JSON."""
    app = create_app()
    with app.app_context():
        worker = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.jobs", "worker"])
        try:
            _timed("warm", 1, _each)
            at_once = _timed("once", count, _at_once)
            each = _timed("each", count, _each)
        finally:
            worker.terminate()
            worker.wait(30)
    sys.stdout.write(json.dumps({"jobs": count, "done_per_second": at_once, "enqueued_and_done_per_second": each}) + "\n")


def _timed(name: str, count: int, put: Callable[[str, int], Any]) -> int:
    start = time.perf_counter()
    put(name, count)
    while (done := _done(name)) < count:
        if time.perf_counter() - start > PATIENCE:
            raise SystemExit(f"{name}: {count - done} of {count} jobs are not done")
        time.sleep(0.02)
    return round(count / (time.perf_counter() - start))


def _at_once(name: str, count: int) -> None:
    with transaction():
        for number in range(count):
            jobs.enqueue(NOTHING, dedupe_key=f"{name}-{number}-{os.getpid()}")


def _each(name: str, count: int) -> None:
    for number in range(count):
        with transaction():
            jobs.enqueue(NOTHING, dedupe_key=f"{name}-{number}-{os.getpid()}")


def _done(name: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Job.id)).where(Job.status == DONE, Job.dedupe_key.like(f"{name}-%"))) or 0


if __name__ == "__main__":
    work() if sys.argv[1] == "worker" else drive(int(sys.argv[2]))
