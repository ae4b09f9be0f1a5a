"""What tests of the rooms say of an office on PostgreSQL, they say of one that was copied there from SQLite (T-74)."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases.copied import ASKED

pytestmark = pytest.mark.proof
ROOT = Path(__file__).resolve().parents[2]
PLACES = ("tests/cards", "tests/loss_reports", "tests/mailing/test_batches.py", "tests/audit/test_append_only.py")
"""A selection that makes residents, cases, cards, parcels and entries, through operations, pages and statements of its own."""
SECONDS = 1_800


def run(which: str, *places: str) -> tuple[int, str]:
    """Run the tests in these places on PostgreSQL, copied; status and the last lines."""
    line = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n0", "-k", "postgresql", *places]
    ended = subprocess.run(line, cwd=ROOT, env=os.environ | {ASKED: which}, capture_output=True, text=True, timeout=SECONDS, check=False)
    return ended.returncode, ended.stdout[-3_000:]


def test_the_tests_of_the_rooms_pass_on_an_office_that_was_copied() -> None:
    status, said = run("whole", *PLACES)
    print(said.strip().splitlines()[-1])
    assert status == 0, said
    assert int(re.findall(r"(\d+) passed", said)[-1]) > 150


def test_control_a_copy_whose_triggers_sleep_is_noticed() -> None:
    status, said = run("asleep", "tests/audit/test_append_only.py")
    assert status == 1 and re.search(r"\d+ (failed|error)", said), said
