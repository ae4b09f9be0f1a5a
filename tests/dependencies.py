"""Whether the pins fit the code, both ways: deptry for what is imported, the closure for the rest; `python -m tests.dependencies`.

The pins stand in requirements*.txt in two parts: what we use, and below `# --- needed by the above` what those packages need.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
FILES = ("requirements.txt", "requirements-dev.txt")
DIVIDER = "# --- needed by the above"
OLDEST = {"python_version": "3.11", "python_full_version": "3.11.0"}
"""The oldest Python that the desk runs on: with hashes demanded, what only that one needs must be pinned as well."""
DEPTRY = str(Path(sys.executable).with_name("deptry"))


def pins(root: Path, name: str) -> tuple[list[str], list[str]]:
    """The lines of a requirements file that pin a package: those that we use, those that they need."""
    used, _divider, needed = (root / name).read_text().partition(DIVIDER)
    return tuple([line.strip() for line in part.splitlines() if re.match(r"[A-Za-z]", line)] for part in (used, needed))  # type: ignore[return-value]


def misused(root: Path) -> Iterator[str]:
    """What deptry says: an import without a pin of its own, a pin that nothing imports. Once for the product, once with the tests."""
    product, tests = (pins(root, name)[0] for name in FILES)
    yield from _deptry(root, product, "--exclude", "tests|\\.venv|instance")
    yield from _deptry(root, [*product, *tests], "--exclude", "\\.venv|instance")


def _deptry(root: Path, used: list[str], *options: str) -> Iterator[str]:
    # Our pyproject.toml names a project, for which deptry would look for the pins there; it is shown its own settings only.
    settings = "".join(re.findall(r"(?ms)^\[tool\.deptry.*?(?=^\[(?!tool\.deptry)|\Z)", (root / "pyproject.toml").read_text()))
    with tempfile.TemporaryDirectory() as folder:
        config, listed = Path(folder, "pyproject.toml"), Path(folder, "used.txt")
        config.write_text(settings)
        listed.write_text("\n".join(used))
        sources = ("--requirements-files", str(listed), "--requirements-files-dev", os.devnull)
        command = [DEPTRY, ".", "--config", str(config), *sources, "--no-ansi", *options]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)
    if done.returncode:
        yield from [line.replace(str(listed), "pins") for line in done.stderr.splitlines() if "DEP" in line] or [done.stdout + done.stderr]


def closure(used: Iterable[str]) -> set[str]:
    """The packages that `used` (requirements) need, and theirs, as they are installed here and would be on the oldest Python."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(line) for line in used]
    while waiting:
        wanted = waiting.pop()
        key = (canonicalize_name(wanted.name), frozenset(wanted.extras))
        if key not in seen:
            seen.add(key)
            waiting.extend(_needs_of(wanted))
    return {name for name, _extras in seen}


def _needs_of(package: Requirement) -> Iterator[Requirement]:
    for line in metadata.distribution(package.name).requires or ():
        need = Requirement(line)
        places = [{"extra": extra} | python for extra in ("", *package.extras) for python in ({}, OLDEST)]
        if need.marker is None or any(map(need.marker.evaluate, places)):
            yield need


def strays(root: Path) -> Iterator[str]:
    """Pins that nothing needs, and needs that nothing pins."""
    known: set[str] = set()
    for name in FILES:
        used, needed = pins(root, name)
        pinned = {canonicalize_name(Requirement(line).name) for line in (*used, *needed)}
        wanted = closure(used)
        yield from (f"{name}: nothing needs {package}" for package in sorted(pinned - wanted))
        yield from (f"{name}: {package} is not pinned" for package in sorted(wanted - pinned - known))
        yield from (f"{name}: {line} is not a pin" for line in (*used, *needed) if "==" not in line)
        known |= pinned


if __name__ == "__main__":
    found = [*misused(ROOT), *strays(ROOT)]
    sys.exit("\n".join(found) or 0)
