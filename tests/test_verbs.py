"""The right of a verb is asked once, at the operation, from one table; and ids are compared together with their kind."""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from admin_app.foundation.actor import Actor, Kind
from admin_app.foundation.errors import DomainError, NotAllowed
from admin_app.staff import permissions
from tests.sources import ROOT, named, own_code
from tests.verbs import EVERY

NOBODY = Actor(Kind.STAFF, 1, "nobody")


def unasked(functions: list[Callable[..., Any]]) -> list[str]:
    """Operations that go to work for somebody without any right."""
    found = []
    for function in functions:
        takes = inspect.signature(function).parameters.values()
        given = [None for one in takes if one.kind is one.POSITIONAL_OR_KEYWORD]
        named_ones = {one.name: None for one in takes if one.kind is one.KEYWORD_ONLY and one.name != "by"}
        try:
            function(*given, by=NOBODY, **named_ones)
        except NotAllowed:
            continue
        except (AttributeError, TypeError, RuntimeError, DomainError):
            found.append(function.__name__)
        else:
            found.append(function.__name__)
    return found


def test_every_operation_asks_before_anything_else():
    assert len(EVERY) > 35
    assert unasked(EVERY) == []


def test_control_an_operation_that_asks_nobody_is_found():
    def planted(case: Any, *, by: Actor) -> None:
        case.status = by

    assert unasked([planted]) == ["planted"]


def test_every_verb_has_an_operation_and_its_permissions_exist():
    used = {one.verb for one in EVERY} | {"applications.release_of_another"}
    assert used == set(permissions.VERBS)
    assert frozenset().union(*permissions.VERBS.values()) <= frozenset().union(*permissions.PERMISSIONS.values()) | {
        "system.work",
        permissions.FILE,
        permissions.REPORT,
    }


def test_a_verb_without_a_row_in_the_table_is_refused_at_once():
    with pytest.raises(KeyError, match="nobody_knows"):
        permissions.verb("cards.nobody_knows")


def rights_asked_elsewhere(root: Path) -> Iterator[str]:
    """A second question about rights inside an operation."""
    for file, tree in own_code(root):
        if any(part in ("operations", "operations.py") for part in file.parts):
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "may":
                    yield named(root, file, node.lineno)


def test_no_operation_asks_a_second_time():
    assert list(rights_asked_elsewhere(ROOT)) == []


ACTORS = {"by", "staff", "who", "me", "actor", "viewer", "to"}
WITH_ITS_KIND = {
    f"admin_app/{place}.py"
    for place in (
        "foundation/actor",
        "foundation/filing",
        "audit/operations/entries",
        "audit/operations/reading",
        "foundation/jobs/operations",
    )
}
"""Where an id is written or compared beside its kind."""


def bare_ids(root: Path) -> Iterator[str]:
    """An actor's id read without its kind: foundation/actor.py compares, `staff_id` is for columns that hold staff members."""
    for file, tree in own_code(root):
        place = file.relative_to(root).as_posix()
        if place in WITH_ITS_KIND or "/demo/" in place:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and _is_actors_id(node):
                yield named(root, file, node.lineno)


def _is_actors_id(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute) or node.attr != "id":
        return False
    owner = node.value
    return getattr(owner, "id", "") in ACTORS or (isinstance(owner, ast.Call) and getattr(owner.func, "id", "") == "signed_in")


def test_no_id_of_an_actor_is_read_without_its_kind():
    assert list(bare_ids(ROOT)) == []


def nullable_columns() -> set[str]:
    """Model.column for every mapped column that may be empty."""
    metadata = importlib.import_module("admin_app.foundation.database")
    return {
        f"{mapper.class_.__name__}.{column.key}"
        for mapper in metadata.Base.registry.mappers
        for column in mapper.columns
        if column.nullable
    }


def lossy_comparisons(root: Path) -> Iterator[str]:
    """`!=`, NOT IN or the contrary of `==` on a column that may be empty: the rows where it is empty are lost without a word."""
    nullable = nullable_columns()
    for file, tree in own_code(root):
        for node in ast.walk(tree):
            if any(ast.unparse(part) in nullable for part in _unequal(node)):
                yield named(root, file, node.lineno)  # type: ignore[attr-defined]


def _unequal(node: ast.AST) -> list[ast.expr]:
    """What `node` asks to be unequal to something."""
    if isinstance(node, ast.Compare) and any(isinstance(one, ast.NotEq) for one in node.ops):
        return [node.left, *node.comparators]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert) and isinstance(node.operand, ast.Compare):
        return [node.operand.left, *node.operand.comparators]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("not_in", "notin_"):
        return [node.func.value]
    return []


def test_no_comparison_loses_an_empty_column():
    assert "Application.taken_by_id" in nullable_columns()
    assert list(lossy_comparisons(ROOT)) == []


@pytest.mark.parametrize(
    ("guard", "line"),
    [
        (rights_asked_elsewhere, "def f(by):\n    return by.may('x')"),
        (bare_ids, "def f(by):\n    return Application.taken_by_id == by.id"),
        (bare_ids, "def f(me, case):\n    return me.id != case.taken_by_id"),
        (bare_ids, "def f():\n    return signed_in().id"),
        (bare_ids, "def f(case, to):\n    case.owner_id = to.id"),
        (lossy_comparisons, "wanted = Application.taken_by_id.not_in([3])"),
        (lossy_comparisons, "wanted = ~(Application.taken_by_id == 3)"),
        (lossy_comparisons, "wanted = Application.taken_by_id != 3"),
    ],
)
def test_control_a_planted_comparison_is_found(guard, line, tmp_path):
    file = tmp_path / "admin_app/applications/operations/x.py"
    file.parent.mkdir(parents=True)
    file.write_text(f'"""x"""\n{line}\n')
    assert len(list(guard(tmp_path))) == 1
