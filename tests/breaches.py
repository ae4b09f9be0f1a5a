"""Imports that the contracts of pyproject.toml forbid, at least one for every contract and room, and what the contracts say to them.

All of them are planted into one copy of the tree. The rooms are read from it; rooms that are still to come (optional layers of the stack)
are added as folders with the whole floor plan, every step of it a folder in turn, so that the contracts are seen to hold for folders too.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

CODE = ("admin_app", "reports", "config.py", "run.py")
ABOVE = ("factory", "menu", "job_table", "command_table", "fact_table", "undo_table", "unsent_table", "reaction_table", "backup", "demo")
GROUND = ("web", "foundation")
"""What every room stands on; it has no floor plan."""
STEPS = (
    ("views", "api", "cli", "jobs"),
    ("forms", "schemas", "lists", "crud_view", "security"),
    ("operations",),
    ("queries",),
    ("models",),
    ("rules", "permissions"),
)
"""The floor plan of a room, from its doors down."""
DOORS = (*STEPS[0], "crud_view", "security")
BASE_CLASSES = ("admin_app.audit.crud_view",)
"""Doors that other rooms may use."""
BELOW_HTTP = ("operations", "queries", "models", "rules", "permissions")
HTTP = ("flask", "flask_appbuilder", "flask_login", "flask_wtf", "werkzeug", "wtforms", "marshmallow", "admin_app.web.desk_view")
INPUT = ("forms", "schemas", "lists")
NOT_FOR_INPUT = ("flask", "flask_appbuilder", "flask_login", "flask_wtf", "werkzeug")
FRAMEWORK_ROWS = {"admin_app.staff.models", "admin_app.audit.queries.entries"}
"""Where flask_appbuilder is allowed by name."""
NOT_FOR_REPORTS = ("admin_app.foundation.clock", "config", "flask", "flask_babel", "sqlalchemy", "werkzeug", "celery")
DEEPEST = "inner/deepest.py"
LINT = """
import json, sys
from importlinter.configuration import configure
configure()
from importlinter.application import use_cases
sys.path.insert(0, ".")
options = use_cases.read_user_options("pyproject.toml")
changes = json.load(sys.stdin)
for contract in options.contracts_options:
    contract.update(changes.get(contract["id"], {}))
use_cases._register_contract_types(options)
report = use_cases.create_report(options, cache_dir=None)
ids = {contract["name"]: contract["id"] for contract in options.contracts_options}
plain = lambda value: sorted(value) if isinstance(value, set) else vars(value)
said = {ids[contract.name]: check.metadata for contract, check in report.get_contracts_and_checks() if not check.kept}
print("SAID", json.dumps(said, default=plain))
"""
"""Run where the tree lies: what every broken contract says, as data."""


class Breach(NamedTuple):
    """A line that must not stand in `importer` (or, if nothing is imported, a file that must not be), and the contract that says so."""

    contract: str
    importer: str
    imported: str = ""


def contracts(root: Path) -> dict[str, dict[str, Any]]:
    """The contracts of the tree, by id."""
    return {
        contract["id"]: contract for contract in tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    }


def stacked_rooms(root: Path) -> list[str]:
    """The rooms of the stack from the top, also those that are still to come."""
    layers = [layer.strip("()") for layer in contracts(root)["stack"]["layers"]]
    return [layer for layer in layers if layer not in (*ABOVE, *GROUND)]


def rooms_on_disk(root: Path) -> set[str]:
    """The packages of admin_app that are rooms."""
    return {file.parent.name for file in (root / "admin_app").glob("*/__init__.py")} - {*ABOVE, *GROUND}


def copied(root: Path, target: Path) -> None:
    """The Python files and the settings of the tree."""
    for name in (*CODE, "pyproject.toml"):
        for file in [root / name] if (root / name).is_file() else sorted((root / name).rglob("*.py")):
            place = target / file.relative_to(root)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(file.read_text())


def build_rooms_to_come(root: Path) -> None:
    """Give every room of the stack that is not on disk its whole floor plan, in folders."""
    for room in stacked_rooms(root):
        for step in [step for level in STEPS for step in level] if room not in rooms_on_disk(root) else ():
            file = root / "admin_app" / room / step / DEEPEST
            file.parent.mkdir(parents=True)
            file.write_text('"""x"""\n')
            for folder in file.parents[: len(Path(DEEPEST).parts) + 1]:
                (folder / "__init__.py").write_text("")


def plant(root: Path, breaches: list[Breach]) -> None:
    """Write every breach into its file."""
    for breach in breaches:
        place = root.joinpath(*breach.importer.split("."))
        file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        written = file.read_text() if file.exists() else '"""x"""\n'
        file.write_text(f"{written}\nimport {breach.imported}\n" if breach.imported else written)


def found(root: Path, changes: dict[str, dict[str, Any]] | None = None) -> set[Breach]:
    """What the broken contracts of the tree name; `changes` alters their options. Every room has its floor plan checked."""
    rooms = {"floor": {"containers": [f"admin_app.{room}" for room in rooms_on_disk(root)]}}
    command = [sys.executable, "-c", LINT]
    done = subprocess.run(command, cwd=root, input=json.dumps(rooms | (changes or {})), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    said = json.loads(done.stdout.rpartition("SAID ")[2])
    return {breach for contract, words in said.items() for breach in _breaches_in(contract, words)}


def _breaches_in(contract: str, said: Any) -> Iterator[Breach]:
    if isinstance(said, list):
        for part in said:
            yield from _breaches_in(contract, part)
    elif isinstance(said, dict):
        if isinstance(said.get("importer"), str):
            yield Breach(contract, said["importer"], said["imported"])
        yield from (Breach(contract, module) for module in said.get("undeclared_modules", ()))
        yield from _breaches_in(contract, list(said.values()))


def step_of(root: Path, room: str, step: str) -> str | None:
    """The module of a step of the floor plan, the deepest file if it is a folder; None where the room has no such step."""
    place = root / "admin_app" / room / step
    if place.with_suffix(".py").exists():
        return f"admin_app.{room}.{step}"
    files = sorted(file for file in place.rglob("*.py") if file.name != "__init__.py")
    deepest = max(files, key=lambda file: len(file.parts), default=None)
    return ".".join(deepest.relative_to(root).with_suffix("").parts) if deepest else None


def steps(root: Path, room: str) -> list[list[str]]:
    """The modules of a room, level by level from the doors down."""
    levels = [[module for step in level if (module := step_of(root, room, step))] for level in STEPS]
    return [level for level in levels if level]


def every_breach(root: Path) -> list[Breach]:
    """All that must be found in the tree."""
    inside = (*_upwards(root), *_up_the_floor_plan(root), *_towards_http(root), *_through_doors(root), *_past_the_verbs(root))
    return [*inside, *_out_of_reports(root), *_up_the_rooms_of_reports(root)]


def _upwards(root: Path) -> Iterator[Breach]:
    """The stack: every room, web and foundation import the room above; nobody declared «common»."""
    yield Breach("stack", "admin_app.common")
    rooms = [steps(root, room)[-1][0] for room in stacked_rooms(root)]
    for above, below in pairwise([*rooms, "admin_app.web.arguments", "admin_app.foundation.clock"]):
        yield Breach("stack", below, above)
    yield from (Breach("stack", rooms[0], f"admin_app.{name}") for name in ("demo.names", "menu", "factory"))


def _up_the_floor_plan(root: Path) -> Iterator[Breach]:
    """The floor plan: every level imports the one above it, files of one level each other; an undeclared file stands in every room."""
    for room in stacked_rooms(root):
        levels = steps(root, room)
        yield Breach("floor", f"admin_app.{room}.more")
        yield from (Breach("floor", below, above) for upper, lower in pairwise(levels) for above in upper for below in lower)
        yield from (Breach("floor", one, other) for level in levels for one, other in pairwise(level))


def _towards_http(root: Path) -> Iterator[Breach]:
    """Whatever lies below the input shapes imports what knows a request or a form, input shapes and lists what knows a request."""
    modules = [module for room in stacked_rooms(root) for step in BELOW_HTTP if (module := step_of(root, room, step))]
    for module in (*modules, "admin_app.foundation.clock", "admin_app.foundation.jobs.operations", "admin_app.foundation.storage.objects"):
        yield from (Breach("http", module, name) for name in HTTP if name != "flask_appbuilder" or module not in FRAMEWORK_ROWS)
    shapes = [module for room in stacked_rooms(root) for step in INPUT if (module := step_of(root, room, step))]
    yield from (Breach("input", module, name) for module in shapes for name in NOT_FOR_INPUT)


def _past_the_verbs(root: Path) -> Iterator[Breach]:
    """Every step of residents' pages imports a table, and what tables are made of."""
    modules = [module for level in steps(root, "online") for module in level]
    yield from (Breach("outside", module, name) for module in modules for name in ("admin_app.centres.models", "sqlalchemy"))


def _out_of_reports(root: Path) -> Iterator[Breach]:
    """Every file of reports/ imports what only the office knows."""
    for file in sorted((root / "reports").rglob("*.py")):
        module = ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        yield from (Breach("reports", module, name) for name in NOT_FOR_REPORTS)


def _up_the_rooms_of_reports(root: Path) -> Iterator[Breach]:
    """Every room of reports/ imports the rooms above it and its equals; nobody declared «common»."""
    yield Breach("reports-stack", "reports.common")
    above: list[str] = []
    for layer in contracts(root)["reports-stack"]["layers"]:
        equals = [report_modules(root, room)[-1] for room in layer.split(" | ")]
        for importer in equals:
            yield from (Breach("reports-stack", importer, other) for other in (*above, *equals) if other != importer)
        above += equals


def report_modules(root: Path, room: str) -> list[str]:
    """The modules of a room of reports/, in the order of their names."""
    return [f"reports.{room}.{file.stem}" for file in sorted((root / "reports" / room).glob("[!_]*.py"))]


def _through_doors(root: Path) -> Iterator[Breach]:
    """The operations and the doors of another room open every door of a room."""
    rooms = stacked_rooms(root)
    for room, other in zip(rooms, (*rooms[1:], rooms[0]), strict=True):
        for door in DOORS:
            opened = step_of(root, room, door)
            levels = steps(root, other)
            if opened and opened not in BASE_CLASSES:
                yield from (Breach("doors", importer, opened) for importer in (levels[0][0], levels[-1][0]))
    yield from (
        Breach("doors", steps(root, rooms[0])[0][0], f"admin_app.{name}") for name in ("web.job_view", "web.health_view", "demo.command")
    )
