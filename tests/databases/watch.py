"""python watch.py OWNER FOLDER: waits until the process OWNER has ended, then stops the PostgreSQL in FOLDER and removes it."""

import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

import psutil

PATIENCE = 30


def main(owner: int, folder: Path) -> None:
    """Runs in a session of its own, so that what ends the run does not end it too."""
    with suppress(psutil.NoSuchProcess):
        psutil.Process(owner).wait()
    with suppress(FileNotFoundError, psutil.NoSuchProcess):
        server = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
        os.kill(server.pid, signal.SIGQUIT)  # at once: nobody needs its data any more
        server.wait(PATIENCE)
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_suffix(".lock").unlink(missing_ok=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
