"""What keeps the tests one house: records come from one place, and no test hangs on another; each rule with a planted violation."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from admin_app.factory import create_app  # noqa: F401  (every model is mapped once the app can be made)
from admin_app.foundation.database import Base

TESTS = Path(__file__).parent
FACTORIES = "factories"

Guard = Callable[[Path], Iterator[str]]


def parsed(tests: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Every Python file of the tests."""
    for file in sorted(tests.rglob("*.py")):
        yield file, ast.parse(file.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """(line, module, name) of each import; the name is empty for `import module`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, "") for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, "." * node.level + (node.module or ""), alias.name) for alias in node.names)


def no_test_is_imported(tests: Path) -> Iterator[str]:
    """What two tests need stands in a module of its own; neither a test file nor a conftest is one."""
    for file, tree in parsed(tests):
        for line, module, name in imported(tree):
            steps = [*module.split("."), name]
            is_test = any(step.startswith("test_") or step == "conftest" for step in steps[1:])
            if steps[0] in ("tests", "") and is_test:
                yield f"{file.relative_to(tests)}:{line} {module} {name}"


def records_come_from_the_factories(tests: Path) -> Iterator[str]:
    """No mapped class is called outside tests/factories."""
    for file, tree in parsed(tests):
        if file.relative_to(tests).parts[0] == FACTORIES:
            continue
        models = {name for _line, module, name in imported(tree) if module.startswith("admin_app.") and name in mapped_names()}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in models:
                yield f"{file.relative_to(tests)}:{node.lineno} {node.func.id}"


@cache
def mapped_names() -> set[str]:
    """The names of all classes with a table of ours."""
    return {mapper.class_.__name__ for mapper in Base.registry.mappers if mapper.class_.__module__.startswith("admin_app.")}


def nothing_waits_by_evaluating_a_text(tests: Path) -> Iterator[str]:
    """Our content security policy refuses Playwright's wait_for_function, but only if the first look finds nothing: a test of chance."""
    for file, tree in parsed(tests):
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "wait_for_function":
                yield f"{file.relative_to(tests)}:{node.lineno}"


GUARDS: dict[Guard, str] = {
    no_test_is_imported: "from tests.cards.test_views import something\n",
    nothing_waits_by_evaluating_a_text: "def test_it(page):\n    page.wait_for_function('scrollY > 0')\n",
    records_come_from_the_factories: "from admin_app.cards.models import Card\n\nmade = Card(copy=2)\n",
}
"""Each rule with a file that breaks it."""


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_the_tests_keep_their_rule(guard: Guard) -> None:
    assert list(guard(TESTS)) == []


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_control_a_planted_violation_is_found(guard: Guard, tmp_path: Path) -> None:
    planted = tmp_path / "cards" / "test_planted.py"
    planted.parent.mkdir()
    planted.write_text(GUARDS[guard])
    assert len(list(guard(tmp_path))) == 1


@pytest.mark.parametrize(
    "line", ["from tests.conftest import PASSWORD", "import tests.web.test_gate", "from . import conftest", "from .test_gate import x"]
)
def test_control_every_way_to_import_a_test_is_found(line: str, tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(f"{line}\n")
    assert len(list(no_test_is_imported(tmp_path))) == 1
