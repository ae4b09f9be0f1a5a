"""Of the faults that a guard can be given, its tests notice nineteen in twenty at least (T-76)."""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.mutation.faults import faults_of
from tests.mutation.guards import GUARDS

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 5_400


def ask(*line: str) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.mutation", *line], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.proof
@pytest.mark.parametrize("name", [*GUARDS, "triggers"])
def test_nearly_every_fault_of_a_guard_is_noticed(name: str) -> None:
    status, said = ask(name)
    print(said.strip().splitlines()[-1])
    assert status == 0, said[-4_000:]


@pytest.mark.proof
def test_control_tests_that_ask_nothing_notice_nothing() -> None:
    status, said = ask("masks", "8", "tests/mutation/asks_nothing.py")
    assert status == 1 and "masks: 0 of" in said, said[-2_000:]


SOURCE = '''
NAMES = {"a": 1}

def allowed(person, names=()):
    """Whether."""
    if not person:
        raise ValueError(_l("Nobody."))
    return person.age >= 18 and "x" in names
'''


TABLES = """
MOVES = {"make": (frozenset({S.NEW}), S.MADE)}
RIGHTS = {"clerk": frozenset({"take", "read"}), "auditor": frozenset({"read", "look"})}
"""


def changes(source: str, *tables: str) -> list[tuple[str, str]]:
    """What each fault is, and the source with it; no two alike, none like the source."""
    found = [(fault.what.partition(":")[0], ast.unparse(fault.tree)) for fault in faults_of(source, frozenset(tables))]
    assert len({text for _what, text in found}) == len(found), "no two are alike"
    assert ast.unparse(ast.parse(source)) not in {text for _what, text in found}
    return found


def test_each_fault_is_one_change_of_the_source() -> None:
    found = changes(SOURCE, "NAMES")
    whats = ("another operator", "another text", "compared otherwise", "condition turned round", "not left out", "not refused")
    assert {what for what, _text in found} == {*whats, "nothing returned", "one more"}
    assert len(found) == 11


def test_tables_lead_elsewhere_leave_out_and_let_in() -> None:
    found = changes(TABLES, "MOVES", "RIGHTS")
    counts = {"another member": 2, "another text": 7, "one left out": 1, "one more let in": 2}
    assert Counter(what for what, _text in found) == counts
    let_in = [text for what, text in found if what == "one more let in"]
    assert "{'take', 'read', 'look'}" in let_in[0] and "{'read', 'look', 'take'}" in let_in[1]
