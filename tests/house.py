"""Counts that say whether a thing is done in one place: `python -m tests.house [another checkout]` prints them side by side.

A counter takes the root of a checkout and gives the places that it counts, so that the same rule reads a tree before and after a change.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
Counter = Callable[[Path], list[str]]
PRIVATE_WORDS = ("deed", "lobby", "shelf", "galley", "binder", "press", "stencil", "once_for_all", "fixed", "kept", "Walk", "Asked")
"""Words of our own for what the field has a word for; counted as names of modules, classes and functions."""


def parsed(root: Path, *folders: str) -> Iterator[tuple[str, ast.Module]]:
    """(name, tree) of every Python file below the folders, without migrations."""
    for folder in folders:
        for file in sorted((root / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file.relative_to(root).as_posix(), ast.parse(file.read_text())


def functions(root: Path, *folders: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """(place, function) of every function below the folders."""
    for name, tree in parsed(root, *folders):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield f"{name}:{node.lineno} {node.name}", node


def readers_of(*names: str) -> Counter:
    """A counter of the functions that take one of the values out of what a browser sent and decide by themselves whether it is good.

    That is: they ask `request.form`, `request.args`, a form or an argument mapping for the name, and convert, check or replace it.
    """
    asks = re.compile(rf"""(?:form|args|arguments|values)(?:\.get\(|\.getlist\(|\[)["'](?:{"|".join(names)})["']""")

    def count(root: Path) -> list[str]:
        return [place for place, function in functions(root, "admin_app") if asks.search(ast.unparse(function))]

    return count


def text_cleaners(root: Path) -> list[str]:
    """Functions that rewrite what a person typed: they normalise Unicode, drop characters or fold white space."""
    folds = re.compile(r"unicodedata\.normalize\(|\.isprintable\(|\.isspace\(|unicodedata\.category\(")
    return [place for place, function in functions(root, "admin_app") if "/demo/" not in place and folds.search(ast.unparse(function))]


def status_machines(root: Path) -> list[str]:
    """Functions outside the rules that look up a move in a table and record that it was made."""
    texts = [(place, ast.unparse(function)) for place, function in functions(root, "admin_app") if "/rules.py" not in place]
    looks_up = re.compile(r"\bstatus_after\(|\bMOVES\[|\bmoves\[")
    return [place for place, text in texts if looks_up.search(text) and re.search(r"\brecord\(|\.record\(|_set\(|_write\(", text)]


def builder_families(root: Path) -> list[str]:
    """Files of tests that build rows of the office for others: they add to a session or call operations in functions without `test_`."""
    builds = re.compile(r"\.add\(|\.add_all\(|operations\.\w+\(|SQLAlchemyModelFactory")
    found = []
    for name, tree in parsed(root, "tests"):
        is_support = not Path(name).name.startswith("test_") and not any(
            part in name for part in ("benchmarks", "house.py", "dependencies.py")
        )
        made = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and builds.search(ast.unparse(node))]
        if is_support and made:
            found.append(name)
    return sorted({name if "/factories" not in name else "tests/factories" for name in found})


def private_names(root: Path) -> list[str]:
    """Modules, classes and functions that are called by a word of our own."""
    word = re.compile(rf"(?:^|_)(?:{'|'.join(PRIVATE_WORDS)})(?:s|es)?(?:_|$)", re.I)
    found = []
    for name, tree in parsed(root, "admin_app", "reports"):
        found += [name] if word.search(Path(name).stem) else []
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and word.search(node.name):
                found.append(f"{name}:{node.lineno} {node.name}")
    return found


def lines_of_code(*folders: str) -> Counter:
    """A counter of lines that are neither empty nor a comment; docstrings count."""

    def count(root: Path) -> list[str]:
        files = [file for folder in folders for file in sorted((root / folder).rglob("*.py")) if "migrations" not in file.parts]
        return [line for file in files for line in file.read_text().splitlines() if line.strip() and not line.strip().startswith("#")]

    return count


COUNTERS: dict[str, Counter] = {
    "places that read a version": readers_of("version"),
    "places that read a day": readers_of("day", "from", "to", "from_day", "to_day", "posted_on"),
    "places that read a reason": readers_of("reason"),
    "places that read a tab": readers_of("tab"),
    "functions that clean text": text_cleaners,
    "status machines": status_machines,
    "families of builders in tests": builder_families,
    "private names": private_names,
    "lines of code, product": lines_of_code("admin_app", "reports"),
    "lines of code, of these the demo": lines_of_code("admin_app/demo"),
    "lines of code, tests": lines_of_code("tests"),
}


def table(roots: list[Path]) -> str:
    """One line a counter, one column a checkout."""
    return "\n".join(f"{name:40}" + "".join(f"{len(count(root)):>10,}" for root in roots) for name, count in COUNTERS.items())


if __name__ == "__main__":
    others = [Path(argument) for argument in sys.argv[1:] if not argument.startswith("-")]
    if "--places" in sys.argv:
        for title, counter in list(COUNTERS.items())[:-3]:
            print(title, *counter(ROOT), sep="\n  ")
    print(table([*others, ROOT]))
