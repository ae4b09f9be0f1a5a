"""Which actions the code base records, read from its source."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import admin_app

ROOT = Path(admin_app.__file__).parent


def recorded_actions() -> set[str]:
    """Every action that the source hands to record(), directly, through a function with a parameter called `action`, or by a machine."""
    return {action for file in sorted(ROOT.rglob("*.py")) if "migrations" not in file.parts for action in actions_of(file)}


def actions_of(file: Path) -> Iterator[str]:
    """The actions in one file; f"room.{TABLE[verb]}" counts as one action for each value of TABLE."""
    tree = ast.parse(file.read_text())
    passes_on = {"record"} | {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and "action" in [argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)]
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in passes_on:
            for part in ast.walk(node):
                yield from _named(part, file)
        if isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == ["action"]:
            yield from _named(node.value, file)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "").endswith("PAST"):
            for part in ast.walk(node.value):  # what a status machine calls its moves
                yield from _named(part, file)


def _named(part: ast.AST, file: Path) -> Iterator[str]:
    if isinstance(part, ast.Constant) and isinstance(part.value, str) and _is_action(part.value):
        yield part.value
    if isinstance(part, ast.JoinedStr) and len(part.values) == 2 and isinstance(part.values[1], ast.FormattedValue):
        prefix, chosen = part.values[0], part.values[1].value
        if isinstance(prefix, ast.Constant) and isinstance(chosen, ast.Subscript):
            module = importlib.import_module(".".join(("admin_app", *file.relative_to(ROOT).with_suffix("").parts)))
            table = eval(ast.unparse(chosen.value), vars(module))
            yield from (f"{prefix.value}{word}" for word in table.values())


def _is_action(text: str) -> bool:
    return bool(re.fullmatch(r"[a-z_]+\.[a-z_]+[a-z]", text))
