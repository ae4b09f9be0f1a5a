"""Every state that a room knows can be reached by what its operations do, and nothing else is said on a screen, in a diagram, in a label.

A machine is found by the shape of its table in a room's rules: verb -> (states before, state after).
"""

import importlib
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from tests import breaches

ROOT = Path(__file__).parent.parent
BEGINNINGS = {
    "applications.MOVES": {"draft"},
    "cards.MOVES": {"requested"},
    "loss_reports.MOVES": {"provisional", "formal"},
    "production.MOVES": {"frozen"},
    "mailing.BATCH_MOVES": {"open"},
    "mailing.PARCEL_MOVES": {"planned"},
    "mailing.BOOKING_MOVES": {"waiting"},
    "notices.MOVES": {"waiting"},
}
"""The states in which operations make a new row; a new machine gets its line here."""
PICTURED = {
    "applications.MOVES": "application",
    "cards.MOVES": "c",
    "loss_reports.MOVES": "l",
    "mailing.PARCEL_MOVES": "p",
    "notices.MOVES": "n",
    "production.MOVES": "b",
}
"""Which part of docs/architecture.md draws the machine."""
ARROW = re.compile(r"^\s*(\[\*\]|\w+) --> (\w+)", re.M)


class Machine(NamedTuple):
    """The table of a room, and what its rules say about the states."""

    name: str
    moves: Mapping[str, tuple[frozenset[Any], Any]]
    words: type[StrEnum]
    said: dict[str, Mapping[Any, Any]]
    """Labels and marks by the name of their table."""


def machines_of(room: str, rules: ModuleType) -> Iterator[Machine]:
    """The machines in the rules of a room."""
    for name, table in vars(rules).items():
        if name.endswith("MOVES") and isinstance(table, dict):
            words = type(next(iter(table.values()))[1])
            tables = {other: found for other, found in vars(rules).items() if isinstance(found, dict) and {*map(type, found)} == {words}}
            yield Machine(f"{room}.{name}", table, words, tables)


def every_machine() -> list[Machine]:
    """The machines of all rooms."""
    with_rules = sorted(room for room in breaches.rooms_on_disk(ROOT) if [*(ROOT / "admin_app" / room).glob("rules*")])
    return [machine for room in with_rules for machine in machines_of(room, importlib.import_module(f"admin_app.{room}.rules"))]


def reachable(machine: Machine) -> set[str]:
    """The states that moves lead to from the beginnings, one after another."""
    found = set(BEGINNINGS[machine.name])
    while more := {str(after) for before, after in machine.moves.values() if found & {str(state) for state in before}} - found:
        found |= more
    return found


def out_of_reach(machine: Machine) -> set[str]:
    """What the machine says about states that nothing leads to."""
    there = reachable(machine)
    known = {str(word) for word in machine.words}
    labels = {str(state) for table in machine.said.values() for state in table}
    sources = {str(state) for before, _after in machine.moves.values() for state in before}
    return (known | labels | sources) - there


def unused_verbs(machine: Machine, sources: list[str]) -> set[str]:
    """The verbs that no operation says."""
    return {verb for verb in machine.moves if not any(f'"{verb}"' in text for text in sources)}


def operations_of(room: str) -> list[str]:
    """The text of a room's operations."""
    place = ROOT / "admin_app" / room
    return [file.read_text() for file in (*place.glob("operations.py"), *place.glob("operations/**/*.py"))]


MACHINES = every_machine()
BY_NAME = pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)


def test_the_machines_are_found():
    assert {machine.name for machine in MACHINES} == set(BEGINNINGS)


@BY_NAME
def test_every_state_can_be_reached(machine):
    assert out_of_reach(machine) == set()


@BY_NAME
def test_every_verb_is_somebodys_operation(machine):
    assert unused_verbs(machine, operations_of(machine.name.partition(".")[0])) == set()


def test_control_a_state_without_a_way_and_a_verb_without_an_operation_are_found():
    class Light(StrEnum):
        DRAFT = "draft"
        LIT = "lit"
        BROKEN = "broken"

    moves = {"light": (frozenset({Light.DRAFT}), Light.LIT), "mend": (frozenset({Light.BROKEN}), Light.LIT)}
    lamp = Machine("applications.MOVES", moves, Light, {})
    assert out_of_reach(lamp) == {"broken"}
    assert unused_verbs(lamp, ['move(lamp, "light")']) == {"mend"}


def words_without_a_state() -> set[str]:
    """What the constraints of the database allow beyond the states of the rules: words of stations that are not built."""
    known = {str(word) for machine in MACHINES for word in machine.words} | {"queued", "running", "done", "failed"}
    history = "".join(file.read_text() for file in (ROOT / "admin_app/migrations/versions").glob("*.py"))
    return {word for words in re.findall(r"status IN \(([^)]*)\)", history) for word in re.findall(r"\w+", words)} - known


def sayings(words: set[str], text: str) -> set[str]:
    """The words that `text` quotes as a state."""
    asked = re.sub(r"NOT IN \([^)]*\)", "", text)  # the condition of an index, as the database has it
    return {word for word in words if re.search(rf"""["']{word}["']""", asked)}


def test_no_page_and_no_code_says_a_state_that_is_not_built():
    words = words_without_a_state()
    files = [*(ROOT / "admin_app").rglob("*.py"), *(ROOT / "admin_app/templates").rglob("*.html"), *(ROOT / "reports").rglob("*.py")]
    files = [file for file in files if "migrations" not in file.parts]
    assert {str(file): said for file in files if (said := sayings(words, file.read_text()))} == {}


def test_control_a_state_that_is_not_built_is_found():
    assert sayings({"melted"}, "tabs = {'melted': 'Melted'}") == {"melted"}
    assert "ready" not in words_without_a_state()


def drawn(page: str, part: str) -> set[tuple[str, str]]:
    """The arrows of a state diagram: the first diagram for «application», else the part of the second with that name."""
    application, cards = re.findall(r"```mermaid\n(.*?)```", page, re.S)[:2]
    text = application if part == "application" else re.search(rf"as {part} \{{(.*?)\n  \}}", cards, re.S)[1]  # type: ignore[index]
    return set(ARROW.findall(text))


def arrows(machine: Machine) -> set[tuple[str, str]]:
    """The arrows of a machine."""
    moves = {(str(before), str(after)) for sources, after in machine.moves.values() for before in sources}
    return moves | {("[*]", state) for state in BEGINNINGS[machine.name]}


@pytest.mark.parametrize("machine", [machine for machine in MACHINES if machine.name in PICTURED], ids=lambda machine: machine.name)
def test_the_diagram_draws_what_the_table_allows(machine):
    page = (ROOT / "docs/architecture.md").read_text()
    assert drawn(page, PICTURED[machine.name]) == arrows(machine)


def test_control_an_arrow_too_many_is_found():
    page = '```mermaid\n  [*] --> draft\n```\n```mermaid\n  state "Card" as c {\n    made --> sealed: later\n  }\n```'
    assert drawn(page, "c") == {("made", "sealed")} and drawn(page, "application") == {("[*]", "draft")}
