"""Installs pinned by hash: supply/*.lock name the SHA-256 of every file of every pin; `python -m tests.supply.locks` writes them.

requirements*.txt stay what people read and change: one line a package. A lock holds the same versions, and for each the hashes of all files
that its release has, for whichever Python and machine; uv and pip refuse a file with any other. What a lock says is compared with the pins
without a network; only writing one asks the index.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = {"requirements.txt": "supply/run.lock", "requirements-dev.txt": "supply/dev.lock"}
INSTALLER = "supply/installer.lock"
"""uv itself, which pip installs; its version stands here only."""
UV = str(Path(sys.executable).with_name("uv"))
PIN = re.compile(r"(?m)^([A-Za-z0-9][\w.-]*)(\[[\w,-]+\])?==([^\s\\;]+)")
HEADS = {
    "supply/run.lock": "# Written from requirements.txt by `make locks`; change that file, then write this one anew.\n",
    "supply/dev.lock": "# Written from requirements-dev.txt by `make locks`; what both files pin stands in run.lock.\n-r run.lock\n",
    INSTALLER: "# What installs the rest; `make locks UV=version` takes another one.\n",
}


def pins(text: str) -> dict[str, str]:
    """Package -> version of every pin in the text of a requirements file or a lock."""
    return {canonicalize_name(name): version for name, _extras, version in PIN.findall(text)}


def hashed(text: str) -> dict[str, set[str]]:
    """Package -> SHA-256 of the files that may be installed, of a lock."""
    parts = re.split(r"(?m)^(?=[A-Za-z0-9][\w.-]*(?:\[[\w,-]+\])?==)", text)
    return {name: set(re.findall(r"--hash=sha256:([0-9a-f]{64})\b", part)) for part in parts for name in pins(part)}


def differences(root: Path) -> Iterator[str]:
    """Where a lock does not say what its requirements file says, or names no hash."""
    known: dict[str, str] = {}
    for source, lock in LOCKS.items():
        wanted, text = pins((root / source).read_text()), (root / lock).read_text()
        wanted = {name: version for name, version in wanted.items() if known.get(name) != version}
        known |= wanted
        found = pins(text)
        for name in sorted(wanted.keys() | found.keys()):
            if wanted.get(name) != found.get(name):
                yield f"{lock}: {name} {found.get(name, 'is missing')}, in {source} {wanted.get(name, 'not at all')}; `make locks`"
        yield from _without_hash(lock, text)
    yield from _without_hash(INSTALLER, (root / INSTALLER).read_text())


def _without_hash(lock: str, text: str) -> Iterator[str]:
    yield from (f"{lock}: {name} has no hash" for name, hashes in sorted(hashed(text).items()) if not hashes)


def write(root: Path) -> None:
    """Write all locks from the pins; CalledProcessError where the index does not know one of them."""
    known: dict[str, str] = {}
    for source, lock in LOCKS.items():
        lines = [line for line in (root / source).read_text().splitlines() if PIN.match(line)]
        new = [line for line in lines if all(known.get(name) != version for name, version in pins(line).items())]
        known |= pins("\n".join(new))
        _write(root / lock, HEADS[lock], new)


def write_installer(root: Path, version: str) -> None:
    """Take that version of uv."""
    _write(root / INSTALLER, HEADS[INSTALLER], [f"uv=={version}"])


def _write(lock: Path, head: str, lines: list[str]) -> None:
    # Without --no-deps uv would add what the pins need: requirements*.txt name that themselves.
    options = (
        "--no-deps",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-strip-extras",
        "--no-annotate",
        "--no-header",
    )
    done = subprocess.run(
        [UV, "pip", "compile", "-q", *options, "-"], input="\n".join(lines), capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        sys.exit(done.stderr)
    lock.write_text(head + done.stdout)


if __name__ == "__main__":
    if sys.argv[1:]:
        write_installer(ROOT, sys.argv[1])
    write(ROOT)
    sys.exit("\n".join(differences(ROOT)) or 0)
