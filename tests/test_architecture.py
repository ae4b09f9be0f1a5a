"""The house rules that no linter knows, each with a planted violation that it finds."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import breaches
from tests.sources import ROOT, Guard, Problem, functions, named, own_code, sources

LONGEST_FILE, LONGEST_FUNCTION = 300, 50
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "stuff"}
ONLY_COMMIT = "admin_app/foundation/database.py"
LAST_RESORT = {"admin_app/foundation/jobs/operations.py"}
"""Where a broad except is allowed: whatever a job does, its row must say how it ended."""
MARKS = ("TO" + "DO", "FIX" + "ME", "X" + "XX")
ACTORLESS = tuple(f"staff/operations/{name}.py" for name in ("signing_in", "own_account", "second_factor", "passkeys"))
"""Doors of the person themself: signing in, one's own password and preferences."""


def one_place_commits(root: Path) -> Iterator[Problem]:
    """Only foundation/database.py commits the office's session."""
    for file, tree in own_code(root):
        for node in ast.walk(tree):
            is_commit = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
            if is_commit and file.relative_to(root).as_posix() != ONLY_COMMIT:
                yield named(root, file, node.lineno)


def no_import_inside_a_function(root: Path) -> Iterator[Problem]:
    """Imports stand at the top."""
    for file, tree in own_code(root):
        for function in functions(tree):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield named(root, file, node.lineno)


def files_are_short(root: Path) -> Iterator[Problem]:
    """At most 300 lines a file."""
    for file, _tree in own_code(root):
        if len(file.read_text().splitlines()) > LONGEST_FILE:
            yield named(root, file)


def functions_are_short(root: Path) -> Iterator[Problem]:
    """At most 50 lines a function."""
    for file, tree in own_code(root):
        for function in functions(tree):
            if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION:
                yield f"{named(root, file, function.lineno)} {function.name}"


def names_say_something(root: Path) -> Iterator[Problem]:
    """No drawer for whatever did not fit elsewhere."""
    for file in sources(root):
        if VAGUE_NAMES & {part.removesuffix(".py") for part in file.relative_to(root).parts}:
            yield named(root, file)


def nothing_is_left_to_do(root: Path) -> Iterator[Problem]:
    """No reminders in the code and no print."""
    for file in sources(root):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if any(mark in line for mark in MARKS) or line.lstrip().startswith("print("):
                yield named(root, file, number)


def every_module_says_what_it_is_for(root: Path) -> Iterator[Problem]:
    """Every file with code begins with a docstring."""
    for file, tree in own_code(root):
        if tree.body and not ast.get_docstring(tree):
            yield named(root, file)


def public_functions_of_the_core_are_described(root: Path) -> Iterator[Problem]:
    """rules, queries and operations: a docstring on whatever others call."""
    for file, tree in own_code(root):
        if {"rules.py", "queries.py", "operations.py", "rules", "queries", "operations"} & set(file.parts):
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                    yield f"{named(root, file, node.lineno)} {node.name}"


def no_broad_except(root: Path) -> Iterator[Problem]:
    """Errors are caught by name."""
    for file, tree in own_code(root):
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and file.relative_to(root).as_posix() not in LAST_RESORT:
                caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
                ends = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                if not ends and any(name is None or getattr(name, "id", "") in ("Exception", "BaseException") for name in caught):
                    yield named(root, file, node.lineno)


def recorded_actions_have_an_actor(root: Path) -> Iterator[Problem]:
    """A function of operations that records an action takes `by`, or acts as the system."""
    for file, tree in own_code(root):
        if ("operations.py" not in file.parts and "operations" not in file.parts) or file.as_posix().endswith(ACTORLESS):
            continue
        for function in functions(tree):
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            records = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "record"]
            arguments = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
            if records and "by" not in arguments and "SYSTEM" not in ast.unparse(function):
                yield f"{named(root, file, function.lineno)} {function.name}"


def every_route_declares_its_methods(root: Path) -> Iterator[Problem]:
    """@expose always with methods=[...]; the framework would take GET for granted."""
    for file, tree in own_code(root):
        for function in functions(tree):
            for decorator in function.decorator_list:
                is_expose = isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "expose"
                if is_expose and "methods" not in [keyword.arg for keyword in decorator.keywords]:  # type: ignore[attr-defined]
                    yield f"{named(root, file, function.lineno)} {function.name}"


GUARDS: dict[Guard, tuple[str, str]] = {
    one_place_commits: ("admin_app/cards/operations.py", '"""x"""\ndef f(session):\n    session.commit()\n'),
    no_import_inside_a_function: ("admin_app/x.py", '"""x"""\ndef f():\n    import os\n'),
    files_are_short: ("reports/x.py", '"""x"""\n' + "a = 1\n" * 300),
    functions_are_short: ("config.py", '"""x"""\ndef f():\n' + "    a = 1\n" * 50),
    names_say_something: ("admin_app/web/utils.py", '"""x"""\n'),
    nothing_is_left_to_do: ("reports/x.py", f'"""x"""\n# {MARKS[0]}: later\n'),
    every_module_says_what_it_is_for: ("run.py", "a = 1\n"),
    public_functions_of_the_core_are_described: ("admin_app/cards/rules.py", '"""x"""\ndef f():\n    return 1\n'),
    no_broad_except: ("admin_app/x.py", '"""x"""\ntry:\n    a = 1\nexcept Exception:\n    pass\n'),
    recorded_actions_have_an_actor: (
        "admin_app/cards/operations.py",
        '"""x"""\ndef f(audit):\n    audit.record("cards.made", "card", "1")\n',
    ),
    every_route_declares_its_methods: ("admin_app/x.py", '"""x"""\n@expose("/")\ndef f():\n    return 1\n'),
}
"""Each guard with a file that breaks its rule."""


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_the_house_keeps_its_rule(guard):
    assert list(guard(ROOT)) == []


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_control_a_planted_violation_is_found(guard, tmp_path):
    path, text = GUARDS[guard]
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)
    assert len(list(guard(tmp_path))) == 1


def test_the_rooms_import_only_what_lies_below_them():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_every_room_of_the_stack_has_its_floor_plan_checked():
    assert {f"admin_app.{room}" for room in breaches.rooms_on_disk(ROOT)} == set(breaches.contracts(ROOT)["floor"]["containers"])
    assert breaches.rooms_on_disk(ROOT) <= set(breaches.stacked_rooms(ROOT))


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the code in which the rooms that are to come exist, too."""
    root = tmp_path_factory.mktemp("tree")
    breaches.copied(ROOT, root)
    breaches.build_rooms_to_come(root)
    return root


@pytest.fixture(scope="module")
def before_planting(tree):
    """What the contracts say to the copy as it is."""
    return breaches.found(tree)


@pytest.fixture(scope="module")
def planted(tree, before_planting):
    """Every breach, planted."""
    wrong = breaches.every_breach(tree)
    breaches.plant(tree, wrong)
    return wrong


def test_control_nothing_is_found_where_nothing_is_planted(before_planting):
    assert before_planting == set()


def test_a_breach_is_planted_for_every_contract_and_room(tree, planted):
    rooms = {(breach.contract, breach.importer.split(".")[1]) for breach in planted if breach.importer.startswith("admin_app.")}
    wanted = {(contract, room) for contract in ("stack", "floor", "http", "doors") for room in breaches.stacked_rooms(tree)}
    wanted |= {("input", room) for room in breaches.stacked_rooms(tree) if breaches.step_of(tree, room, "forms")}
    assert {breach.contract for breach in planted} == set(breaches.contracts(tree)) and wanted <= rooms


def test_every_planted_import_is_found(tree, planted):
    assert set(planted) - breaches.found(tree) == set()


def test_control_a_contract_on_files_alone_does_not_guard_folders(tree, planted):
    changes = {"doors": {"as_packages": "False"}}
    missed = {breach.imported for breach in set(planted) - breaches.found(tree, changes)}
    assert "admin_app.inquiries.api.inner.deepest" in missed
