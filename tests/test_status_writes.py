"""A status is written by the status machine and by nobody else; found in the source, with planted writes that are found."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources import ROOT, named, own_code

MACHINE = "admin_app/foundation/status_machine.py"
ELSEWHERE = ("admin_app/foundation/jobs/", "admin_app/demo/")
"""A job row says how the worker stands, nobody decides it; the demo writes a past that nobody lived through."""
WRITERS = {"values", "touch", "move", "update", "setattr", "set_committed_value", "set_attribute"}


def status_writes(root: Path) -> Iterator[str]:
    """Where the source writes a column called status, but for rows that begin to be."""
    for file, tree in own_code(root):
        place = file.relative_to(root).as_posix()
        if place == MACHINE or place.startswith(ELSEWHERE):
            continue
        for node in ast.walk(tree):
            if _is_write(node, in_operations="operations" in place):
                yield named(root, file, node.lineno)


def _is_write(node: ast.AST, *, in_operations: bool) -> bool:
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(part, ast.Attribute) and part.attr == "status" for target in targets for part in ast.walk(target))
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
        return called in WRITERS and ("status" in texts or "status" in [keyword.arg for keyword in node.keywords])
    # A fact for the log is a pair [before, after]; anything else under this name is on its way into the table.
    return in_operations and isinstance(node, ast.Dict) and any(
        isinstance(key, ast.Constant) and key.value == "status" and not isinstance(value, ast.List)
        for key, value in zip(node.keys, node.values, strict=True)
    )  # fmt: skip


def test_only_the_machine_writes_a_status():
    assert list(status_writes(ROOT)) == []


@pytest.mark.parametrize(
    "line",
    [
        "case.status = 'approved'",
        "card.status, card.version = 'made', 2",
        "session.execute(update(Card).values(status='made'))",
        "session.execute(update(Card).values(**{'status': 'made'}))",
        "setattr(card, 'status', 'made')",
        "set_committed_value(card, 'status', 'made')",
        "moves.touch(case, status='approved')",
        "values = {'status': 'approved'}",
    ],
)
def test_control_a_planted_write_is_found(line, tmp_path):
    file = tmp_path / "admin_app/cards/operations.py"
    file.parent.mkdir(parents=True)
    file.write_text(f'"""x"""\n{line}\n')
    assert len(list(status_writes(tmp_path))) == 1


@pytest.mark.parametrize("line", ["Card(status='requested')", "facts = {'status': [before, after]}", "_l('is %(status)s', status=label)"])
def test_control_what_is_no_write_is_left_alone(line, tmp_path):
    file = tmp_path / "admin_app/cards/operations.py"
    file.parent.mkdir(parents=True)
    file.write_text(f'"""x"""\n{line}\n')
    assert list(status_writes(tmp_path)) == []
