"""The log of years as lines: it begins at once, a million entries take the memory of a few, and it ends with its reader (T-39)."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from admin_app.audit.models import AuditEntry
from admin_app.foundation import settings
from tests.apps import KEYS
from tests.factories.audit import make_entry
from tests.owner import as_owner

pytestmark = pytest.mark.proof
ROOT = Path(__file__).resolve().parents[2]
ENTRIES, FEW = 1_000_000, 10
MOST_MB, FIRST_SECONDS, END_SECONDS = 64, 2.0, 5.0
AS_IT_IS = """
import atexit, json, pathlib, sys, time
from flask.cli import main
def tell():
    used = pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
    sys.stderr.write(json.dumps({"mb": int(used) / 1024, "seconds": time.process_time()}) + "\\n")
atexit.register(tell)
"""
"""The command, which says at its end what it took."""
ALL_HELD = """
from admin_app.audit.queries import SealedLog
chunks = SealedLog.chunks
SealedLog.chunks = lambda log, number=None: iter(list(chunks(log, number)))
"""
"""What a command would do that reads the log before it gives out its first line."""


@dataclass(frozen=True)
class Taken:
    """The most memory that a process had, and seconds of the processor."""

    mb: float
    seconds: float


class Export:
    """The command at work on this test's database, and its reader."""

    def __init__(self, *arguments: str, before: str = "") -> None:
        environment = dict(os.environ) | {f"CARD_DESK_{name.upper()}": value for name, value in KEYS.items()}
        now = settings.current()
        environment |= {
            "CARD_DESK_ENVIRONMENT": "test", "CARD_DESK_INSTANCE": str(now.instance), "CARD_DESK_DATABASE_URL": now.database_url,
        }  # fmt: skip
        program = [sys.executable, "-c", f"{AS_IT_IS}{before}main()", "--app", str(ROOT / "run.py"), "export-log", *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(program, cwd=ROOT, env=environment, **pipes)  # type: ignore[call-overload]
        self.began = time.monotonic()
        assert self.process.stdout and self.process.stderr
        self.lines, self.said = self.process.stdout, self.process.stderr

    def so_far(self) -> Taken:
        """What it took, while it waits for its reader."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        times = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
        return Taken(int(status.partition("VmHWM:")[2].split()[0]) / 1024, sum(map(int, times)) / os.sysconf("SC_CLK_TCK"))

    def ended(self) -> Taken:
        """What it took in all."""
        told = self.said.read().strip().splitlines()
        self.process.wait(60)
        return Taken(**json.loads(told[-1]))


@contextmanager
def exporting(*arguments: str, before: str = "") -> Iterator[Export]:
    """The command, which has given out its first line; it is over after the block."""
    export = Export(*arguments, before=before)
    try:
        assert json.loads(export.lines.readline())["id"] > 0
        yield export
    finally:
        export.process.kill()
        export.process.wait(60)
        export.lines.close()
        export.said.close()


def fill() -> int:
    """ENTRIES entries and a few more, each time as many again as there were; the number of the last one."""
    make_entry(changes={"note": "what stands in an entry besides " * 8})
    names = ", ".join(column.name for column in AuditEntry.__table__.columns if column.name != "id")
    with as_owner() as connection:
        postgresql = connection.dialect.name == "postgresql"
        if postgresql:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        last = int(connection.exec_driver_sql("SELECT max(id) FROM audit_entry").scalar_one())
        while last < ENTRIES:
            connection.exec_driver_sql(f"INSERT INTO audit_entry (id, {names}) SELECT id + {last}, {names} FROM audit_entry")
            last *= 2
        if postgresql:
            connection.exec_driver_sql(f"SELECT setval('audit_entry_id_seq', {last})")
    return last


def few(last: int) -> Taken:
    """What the command takes for the last few entries."""
    with exporting("--no-record", "--after", str(last - FEW)) as export:
        assert sum(1 for _line in export.lines) == FEW - 1
        return export.ended()


def test_a_million_entries_begin_at_once_take_no_memory_and_end_with_their_reader(app: Flask) -> None:
    last, most = fill(), MOST_MB
    least = few(last)
    with exporting() as export:
        waited, first = time.monotonic() - export.began, export.so_far()
        count, last_line = 1, ""
        for count, last_line in enumerate(export.lines, 2):  # noqa: B007  # the last of each
            continue
        whole = export.ended()
        took = time.monotonic() - export.began
    assert export.process.returncode == 0
    assert (count > ENTRIES, json.loads(last_line)["action"]) == (True, "audit.given_out"), "who gave it out stands at its end"
    with exporting() as export:
        for _number in range(5_000):
            export.lines.readline()
        left, before = time.monotonic(), export.so_far()
        export.lines.close()
        after, gone = export.ended(), time.monotonic() - left
    assert export.process.returncode == 1
    print(
        f"{count:,} lines in {took:.0f} s, the first after {waited:.1f} s ({first.seconds:.1f} of the processor, the start of the program "
        f"{least.seconds:.1f}); {whole.mb:.0f} MB, for {FEW} entries {least.mb:.0f}; over {gone:.2f} s after its reader was",
        flush=True,
    )
    assert whole.mb - least.mb <= most
    assert first.seconds - least.seconds <= FIRST_SECONDS
    assert after.seconds - before.seconds <= END_SECONDS
    with exporting("--no-record", before=ALL_HELD) as export:  # the control
        held = export.so_far()
    print(f"all entries held: {held.mb:.0f} MB, {held.seconds:.1f} s of the processor before the first line", flush=True)
    assert held.mb - least.mb > most
    assert held.seconds - least.seconds > FIRST_SECONDS
