"""Files of others are exactly those that the manifest lists, each with its licence."""

import hashlib
import json
from pathlib import Path

from plotly.offline import get_plotlyjs_version

VENDOR = Path(__file__).resolve().parents[2] / "admin_app" / "static" / "vendor"
PACKAGES = json.loads((VENDOR / "MANIFEST.json").read_text(encoding="utf-8"))["packages"]


def differences(folder: Path, packages: list[dict]) -> list[str]:
    """What in `folder` is not as `packages` says: changed, missing and unlisted files."""
    listed = {f"{package['folder']}/{name}": sha for package in packages for name, sha in package["files"].items()}
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file() and path.name != "MANIFEST.json"}
    changed = [name for name, path in found.items() if name in listed and hashlib.sha256(path.read_bytes()).hexdigest() != listed[name]]
    return sorted([*changed, *(set(listed) ^ set(found))])


def test_every_vendored_file_is_listed_and_unchanged() -> None:
    assert differences(VENDOR, PACKAGES) == []


def test_a_changed_and_an_unlisted_file_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "thing-1").mkdir()
    (tmp_path / "thing-1" / "a.js").write_text("changed")
    (tmp_path / "thing-1" / "b.js").write_text("unlisted")
    packages = [{"folder": "thing-1", "files": {"a.js": hashlib.sha256(b"original").hexdigest()}}]
    assert differences(tmp_path, packages) == ["thing-1/a.js", "thing-1/b.js"]


def test_every_package_comes_with_name_version_source_and_licence() -> None:
    for package in PACKAGES:
        assert package["folder"].endswith(package["version"])
        assert package["licence"]
        assert package["source"].startswith("https://registry.npmjs.org/")
        assert "LICENSE" in package["files"]


def test_the_chart_library_is_the_version_that_the_python_side_speaks() -> None:
    versions = {package["name"]: package["version"] for package in PACKAGES}
    assert versions["plotly.js-basic-dist-min"] == get_plotlyjs_version()
