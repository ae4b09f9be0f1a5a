"""`make package NAME=granian` (or NAME=granian==2.7.9, FOR=dev): pins a package with its needs, installs it, writes locks, licences, SBOM.

What stays to a person: a line in [tool.deptry] where the import has another name, and the licence where the package does not state one.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.utils import canonicalize_name

from tests.supply import licences, locks, sbom
from tests.supply.locks import PIN, ROOT, UV, pins

DIVIDER = "# --- needed by the above ---"


def resolved(wanted: str, lines: list[str], held: dict[str, str]) -> dict[str, str]:
    """Package -> version of `wanted`, of `lines`, and of all they need here, each as it is `held`; ends where they do not fit together."""
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder, "held.txt")
        constraints.write_text("".join(f"{name}=={version}\n" for name, version in held.items()))
        options = ("-q", "--no-annotate", "--no-header", "-c", str(constraints))
        done = subprocess.run(
            [UV, "pip", "compile", *options, "-"],
            input="\n".join([wanted, *lines]),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    if done.returncode:
        sys.exit(done.stderr)
    return pins(done.stdout)


def with_pins(text: str, name: str, new: dict[str, str]) -> str:
    """The text of a requirements file with `name` at the end of what we use and the others in their place among what these need."""
    used, _divider, needed = text.partition(DIVIDER)
    own = f"{name}=={new[canonicalize_name(name.partition('[')[0])]}"
    rest = [f"{other}=={version}" for other, version in new.items() if other != canonicalize_name(name.partition("[")[0])]
    lines = sorted([*needed.split(), *rest], key=lambda line: canonicalize_name(line.partition("=")[0]))
    return f"{used.rstrip()}\n{own}\n\n{DIVIDER}\n" + "".join(f"{line}\n" for line in lines)


def add(root: Path, wanted: str, file: str) -> None:
    """Pin, lock, install, and write down what is known of a package."""
    sources = {name: (root / name).read_text() for name in locks.LOCKS}
    served, tests = (pins(text) for text in sources.values())
    known = served if file == "requirements.txt" else served | tests
    lines = [line for line in sources["requirements.txt"].splitlines() if PIN.match(line)]
    # What a new run-time package needs may so far have been pinned for the tests only: it is pinned for both then, in that version.
    needed = resolved(wanted, lines, served | tests)
    new = {name: version for name, version in needed.items() if name not in known}
    if not new:
        sys.exit(f"{wanted} is pinned already; change its line, then `make locks`")
    (root / file).write_text(with_pins(sources[file], re.split("[=<>~!]", wanted)[0].strip(), new))
    locks.write(root)
    for lock in locks.LOCKS.values():
        subprocess.run(
            [UV, "pip", "install", "-q", "--require-hashes", "--python", sys.executable, "-r", str(root / lock)], check=True, timeout=600
        )
    _note_licences(root, new)
    (root / sbom.FILE).write_text(sbom.sbom(root), encoding="utf-8")
    print("Pinned: " + ", ".join(f"{name} {version}" for name, version in sorted(new.items())))
    print("\n".join([*licences.refused(root), *licences.disputed(root)]) or "Licences: all allowed. Now use it, and `make check`.")


def _note_licences(root: Path, new: dict[str, str]) -> None:
    known = licences.listed(root)["packages"]
    guesses = {name: licences.guess(name) for name in new if name not in known}
    for name in sorted(name for name, found in guesses.items() if not found):
        print(f"{name}: states no licence that can be read by a program; write its line in {licences.LIST} after reading its text.")
    text = (root / licences.LIST).read_text()
    head, _packages, lines = text.partition("[packages]\n")
    added = [f'{name} = "{found}"' for name, found in guesses.items() if found]
    (root / licences.LIST).write_text(head + "[packages]\n" + "".join(f"{line}\n" for line in sorted([*lines.splitlines(), *added])))


if __name__ == "__main__":
    add(ROOT, sys.argv[1], "requirements-dev.txt" if sys.argv[2:] == ["dev"] else "requirements.txt")
