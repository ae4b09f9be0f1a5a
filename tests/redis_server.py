"""A Redis of one's own, to be killed."""

import shutil
import signal
import subprocess
from pathlib import Path

from tests.browser.desk import free_port


class Redis:
    """A real Redis that keeps nothing on disk: killed, it forgets every message."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; a machine without redis-server fails the test."""
        program = shutil.which("redis-server")
        assert program, "redis-server is missing: apt-get install redis-server"
        line = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        self.process = subprocess.Popen(line, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        """SIGKILL, if it runs."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(20)
            self.process = None
