"""The list of parts (SBOM, CycloneDX 1.6) of what is installed and shipped; `python -m tests.supply.sbom` writes supply/sbom.cdx.json.

Made of the locks, the licence list, the manifest of the front end and the files of others. The same input gives the same text, without a
date, so that `make check` can prove the file current. What only tests need has the scope «excluded». Who needs whom is read from the
installed packages, as it is on Linux with Python 3.11, whatever reads it.
"""

import hashlib
import json
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.supply.licences import VENDORED, listed, locked
from tests.supply.locks import LOCKS, ROOT, pins

FILE = "supply/sbom.cdx.json"
PLACE = {
    "python_version": "3.11", "python_full_version": "3.11.0", "os_name": "posix", "sys_platform": "linux", "platform_system": "Linux",
    "platform_machine": "x86_64", "platform_python_implementation": "CPython", "implementation_name": "cpython",
}  # fmt: skip
TESTS_ONLY = "tests/"


def sbom(root: Path) -> str:
    """The whole file."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    desk = {"type": "application", "bom-ref": project["name"], "name": project["name"], "version": project["version"]}
    parts = [*_packages(root), *_front_end(root), *_files(root)]
    content = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": desk | _licensed(project["license"])},
        "components": parts,
        "dependencies": [{"ref": project["name"], "dependsOn": sorted(_used(root, parts))}, *_needs(root)],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def is_current(root: Path) -> bool:
    """Whether the file says what is installed and shipped now."""
    return (root / FILE).read_text(encoding="utf-8") == sbom(root)


def _licensed(expression: str) -> dict[str, Any]:
    single = " AND " not in expression and " OR " not in expression
    return {"licenses": [{"license": {"id": expression}} if single else {"expression": expression}]}


def _purl(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"


def _packages(root: Path) -> Iterator[dict[str, Any]]:
    known = listed(root)["packages"]
    served = pins((root / LOCKS["requirements.txt"]).read_text())
    for name, version in sorted(locked(root).items()):
        purl = _purl(name, version)
        part = {"type": "library", "bom-ref": purl, "name": name, "version": version, "scope": "required" if name in served else "excluded"}
        yield part | _licensed(known.get(name, "NOASSERTION")) | {"purl": purl}


def _front_end(root: Path) -> Iterator[dict[str, Any]]:
    for package in json.loads((root / VENDORED).read_text())["packages"]:
        purl = f"pkg:npm/{package['name'].replace('@', '%40')}@{package['version']}"
        files = [_file(name, sha) for name, sha in sorted(package["files"].items())]
        part = {"type": "library", "bom-ref": purl, "name": package["name"], "version": package["version"], "scope": "required"}
        yield part | _licensed(package["licence"]) | {"purl": purl, "components": files}


def _files(root: Path) -> Iterator[dict[str, Any]]:
    """Fonts, data and tools of others, file by file."""
    for name, licence in sorted(listed(root)["files"].items()):
        place = root / name
        for path in sorted(place.iterdir()) if place.is_dir() else [place]:
            if path.suffix not in {".md", ".txt"} or path == place:
                scope = "excluded" if name.startswith(TESTS_ONLY) else "required"
                told = {"bom-ref": path.relative_to(root).as_posix(), "scope": scope} | _licensed(licence)
                yield _file(path.relative_to(root).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()) | told


def _file(name: str, sha: str) -> dict[str, Any]:
    return {"type": "file", "name": name, "hashes": [{"alg": "SHA-256", "content": sha}]}


def _used(root: Path, parts: list[dict[str, Any]]) -> set[str]:
    """What the desk itself uses: the first part of requirements.txt, the front end, the files."""
    used = pins((root / "requirements.txt").read_text().partition("# --- needed by the above")[0])
    others = {part["bom-ref"] for part in parts if part["scope"] == "required" and not part["bom-ref"].startswith("pkg:pypi/")}
    return {_purl(name, version) for name, version in used.items()} | others


def _needs(root: Path) -> Iterator[dict[str, Any]]:
    versions = locked(root)
    for name, version in sorted(versions.items()):
        try:
            lines = metadata.distribution(name).requires or ()
        except metadata.PackageNotFoundError:
            lines = ()
        needs = {canonicalize_name(need.name) for need in map(Requirement, lines) if _here(need)}
        yield {"ref": _purl(name, version), "dependsOn": [_purl(need, versions[need]) for need in sorted(needs & versions.keys())]}


def _here(need: Requirement) -> bool:
    return need.marker is None or need.marker.evaluate(PLACE | {"extra": ""})  # type: ignore[arg-type]


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(0 if is_current(ROOT) else f"{FILE} is not what is installed: `make locks`")
    (ROOT / FILE).write_text(sbom(ROOT), encoding="utf-8")
