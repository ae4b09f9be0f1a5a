"""The source code of the product as the guards read it."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from tests import breaches

ROOT = Path(__file__).parent.parent

Problem = str
Guard = Callable[[Path], Iterator[Problem]]


def sources(root: Path) -> Iterator[Path]:
    """Every Python file of the product (not tests, not migrations)."""
    for name in breaches.CODE:
        place = root / name
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place] if place.exists() else []


def named(root: Path, file: Path, line: int = 1) -> str:
    """The place of a finding: file and line."""
    return f"{file.relative_to(root).as_posix()}:{line}"


def own_code(root: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Parsed sources without the migrations, which are history."""
    for file in sources(root):
        if "migrations" not in file.parts:
            yield file, ast.parse(file.read_text())


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, inner ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
