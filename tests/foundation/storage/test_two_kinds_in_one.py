"""A file that is two kinds at once is refused or becomes the picture of one: no byte of the other is kept, no program is started."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.foundation.storage.two_kinds import BOTH, is_active, kept_of, made

ROOT = Path(__file__).resolve().parents[3]
TRACED = ("strace", "-f", "-qq", "-e", "trace=execve,execveat", "-o")


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.proof)])
def test_no_byte_of_the_other_kind_is_kept(every: int) -> None:
    kept = {name: kept_of(made(name)) for name in list(BOTH)[::every]}
    assert [name for name, data in kept.items() if is_active(data)] == []
    assert sum(bool(data) for data in kept.values()) >= len(kept) / 4, "hardly any was taken"


def test_control_such_a_file_kept_as_it_came_is_noticed() -> None:
    assert [name for name in BOTH if not is_active(made(name))] == []


def traceable() -> bool:
    """Whether this machine has strace and lets it look."""
    return (
        bool(shutil.which("strace")) and subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True).returncode == 0
    )


def started(folder: Path, *arguments: str) -> set[str]:
    """The programs that are started while all of them are opened."""
    log = folder / "trace"
    line = [*TRACED, str(log), sys.executable, "-m", "tests.foundation.storage.two_kinds", *arguments]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-2000:]
    return {Path(found).name for found in re.findall(r'exec\w+\((?:\d+, )?"([^"]+)"[^\n]*= 0', log.read_text(errors="replace"))}


@pytest.mark.proof
@pytest.mark.skipif(not traceable(), reason="this machine cannot trace calls of the system")
def test_no_other_program_is_started(tmp_path: Path) -> None:
    assert started(tmp_path) == {Path(sys.executable).name}
    assert started(tmp_path, "shell") == {Path(sys.executable).name, "true"}, "the control: a program that is started is seen"
