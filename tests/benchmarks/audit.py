"""32 writers of the log on PostgreSQL, each entry a durable transaction of its own, without and with a sealer beside them; then the proof.

python -m tests.benchmarks.audit drive SECONDS measures on the office of the environment; `... write SECONDS` and `... seal` are its
processes.
"""

import json
import subprocess
import sys
import threading
import time
from typing import Any

import sqlalchemy as sa

from admin_app.audit import operations
from admin_app.factory import create_app
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction
from tests.benchmarks import data

SMALL = 50
"""Applications of the office whose log grows; nothing depends on it."""
PROCESSES, THREADS = 4, 8
SECONDS = 15


def measure(server: str, seconds: int = SECONDS) -> list[dict[str, Any]]:
    """Commits a second, unsealed and sealed; entries proven a second."""
    office = data.office("postgresql", SMALL, server)
    # The server of the benchmark does not wait for the disk, because it loads offices; an office does.
    data.on_server(server, f"ALTER DATABASE {sa.make_url(office.url).database} SET synchronous_commit = on")
    line = [sys.executable, "-m", "tests.benchmarks.audit", "drive", str(seconds)]
    done = subprocess.run(line, cwd=data.ROOT, env=data.environment(office), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"audit failed:\n{done.stderr[-3000:]}")
    return [json.loads(done.stdout.strip().splitlines()[-1])]


def drive(seconds: int) -> None:
    """Write with and without a sealer, seal the rest, prove all of it; one line of JSON."""
    found: dict[str, Any] = {"writers": PROCESSES * THREADS}
    with create_app().app_context():
        found["unsealed_commits"] = _written(seconds) // seconds
        sealer = _process("seal")
        try:
            found["sealed_commits"] = _written(seconds) // seconds
        finally:
            sealer.terminate()
            sealer.wait(30)
        found["behind_at_the_end"] = _behind()
        start, left = time.perf_counter(), found["behind_at_the_end"]
        while operations.seal_due():
            pass
        found["sealed_a_second"] = round(left / (time.perf_counter() - start)) if left else 0
        proof = operations.prove()
        if proof.findings:
            raise SystemExit(f"the log is spoilt: {proof.findings}")
        found |= {"entries": proof.entries, "seals": proof.seals, "proven_a_second": round(proof.entries / max(proof.seconds, 0.1))}
    sys.stdout.write(json.dumps(found) + "\n")


def write(seconds: int) -> None:
    """Be a process of THREADS writers, one entry a commit; prints how many."""
    app, counts, stop = create_app(), [0] * THREADS, time.monotonic() + seconds

    def work(place: int) -> None:
        with app.app_context():
            while time.monotonic() < stop:
                with transaction():
                    operations.record("cards.requested", "card", f"c{place}", by=SYSTEM, changes={"status": ["requested", "made"]})
                counts[place] += 1

    threads = [threading.Thread(target=work, args=(place,)) for place in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(f"{sum(counts)}\n")


def seal() -> None:
    """Seal without pause until stopped."""
    with create_app().app_context():
        while True:
            if not operations.seal_due():
                time.sleep(0.2)


def _written(seconds: int) -> int:
    writers = [_process("write", str(seconds)) for _number in range(PROCESSES)]
    return sum(int(writer.communicate()[0]) for writer in writers)


def _process(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", "tests.benchmarks.audit", *arguments], cwd=data.ROOT, stdout=subprocess.PIPE, text=True)


def _behind() -> int:
    db.session.rollback()
    asked = "SELECT count(*) FROM audit_entry WHERE id > coalesce((SELECT max(last_entry) FROM audit_seal), 0)"
    return int(db.session.execute(sa.text(asked)).scalar_one())


if __name__ == "__main__":
    {"drive": lambda: drive(int(sys.argv[2])), "write": lambda: write(int(sys.argv[2])), "seal": seal}[sys.argv[1]]()
