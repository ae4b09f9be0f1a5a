"""The licence of everything that is not ours, and whether it is one of those that are allowed; `python -m tests.supply.licences`."""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from tests.supply.locks import INSTALLER, LOCKS, ROOT, pins

LIST = "supply/licences.toml"
VENDORED = "admin_app/static/vendor/MANIFEST.json"
WORDS = {
    "0BSD": "BSD", "Apache": "Apache", "BSD": "BSD", "GPL": "GPL|General Public", "ISC": "ISC", "LGPL": "LGPL|Lesser", "MIT": "MIT",
    "MPL": "MPL|Mozilla", "PSF": "PSF|Python Software", "Unlicense": "Unlicense", "ZPL": "ZPL|Zope Public",
}  # fmt: skip
"""What a package that has no licence expression must say somewhere for a licence to be believed, by the licence's first word."""


def listed(root: Path) -> dict[str, Any]:
    """What the list says: allowed, packages, files."""
    return tomllib.loads((root / LIST).read_text())


def is_allowed(expression: str, allowed: list[str]) -> bool:
    """Whether an SPDX expression permits the use; one with brackets or an exception is not understood and therefore refused."""
    return any(all(part.strip() in allowed for part in way.split(" AND ")) for way in expression.split(" OR "))


def locked(root: Path) -> dict[str, str]:
    """Package -> version of everything that is installed: run-time, tests, the installer."""
    return {name: version for lock in (*LOCKS.values(), INSTALLER) for name, version in pins((root / lock).read_text()).items()}


def licences(root: Path) -> Iterator[tuple[str, str]]:
    """(what, SPDX expression) of everything that is not ours; an empty expression where nobody wrote it down."""
    known = listed(root)
    yield from ((name, known["packages"].get(name, "")) for name in sorted(locked(root)))
    yield from ((package["folder"], package["licence"]) for package in json.loads((root / VENDORED).read_text())["packages"])
    yield from known["files"].items()


def refused(root: Path) -> Iterator[str]:
    """What has no licence, or one that is not allowed; lines of the list for packages and files that are not there."""
    known = listed(root)
    for what, expression in licences(root):
        if not expression:
            yield f"{what}: no licence in {LIST}"
        elif not is_allowed(expression, known["allowed"]):
            yield f"{what}: {expression} is not an allowed licence"
    yield from (f"{name}: in {LIST}, but not installed" for name in sorted(known["packages"].keys() - locked(root)))
    yield from (f"{name}: in {LIST}, but not there" for name in known["files"] if not (root / name).exists())


def disputed(root: Path) -> Iterator[str]:
    """Packages that say another licence of themselves than the list; those that are not installed here cannot be asked."""
    for name, expression in listed(root)["packages"].items():
        try:
            said = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        is_silent = name in listed(root)["silent"] and not stated(said)
        if not is_silent and not agrees(expression, said):
            yield f"{name}: {LIST} says {expression}, the package {stated(said)}"


def stated(said: Any) -> str:
    """What the metadata of a package tells of its licence: its expression, else classifiers and the first line of the text."""
    classifiers = [line for line in said.get_all("Classifier") or () if line.startswith("License ::")]
    return said.get("License-Expression") or " ".join([*classifiers, (said.get("License") or "").partition("\n")[0]])


def agrees(expression: str, said: Any) -> bool:
    """Whether the metadata of a package bears out a licence."""
    if said.get("License-Expression"):
        return canonical(said["License-Expression"]) == canonical(expression)
    text = stated(said)
    return all(re.search(WORDS.get(re.split(r"[-.\d]", part)[0] or part, "$^"), text) for part in re.split(" AND | OR ", expression))


def canonical(expression: str) -> str:
    """The expression in the spelling of SPDX; itself where it is none."""
    try:
        return canonicalize_license_expression(expression)
    except InvalidLicenseExpression:
        return expression


def guess(name: str) -> str:
    """The licence that an installed package states as an expression, or whose only word leaves no doubt; else nothing: read its text."""
    said = metadata.metadata(name)
    expression = said.get("License-Expression") or said.get("License") or ""
    if re.fullmatch(r"(?:[\w.+-]+-[\w.+-]*\d[\w.+-]*|MIT|ISC)(?: (?:AND|OR) [\w.+-]+)*", canonical(expression)):
        return canonical(expression)
    text = stated(said)
    return "MIT" if re.search(r"\bMIT\b", text) and not re.search("BSD|Apache|GPL|Mozilla", text) else ""


if __name__ == "__main__":
    for what, expression in licences(ROOT):
        print(f"{expression or '?':40} {what}")
    sys.exit("\n".join([*refused(ROOT), *disputed(ROOT)]) or 0)
