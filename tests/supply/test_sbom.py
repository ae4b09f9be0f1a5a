"""The list of parts is what is installed and shipped."""

import json
from pathlib import Path

from tests.supply.licences import listed, locked
from tests.supply.locks import ROOT
from tests.supply.sbom import FILE, is_current, sbom

MADE = json.loads((ROOT / FILE).read_text(encoding="utf-8"))


def test_the_list_of_parts_is_current() -> None:
    assert is_current(ROOT)


def test_control_a_list_from_before_another_version_is_found(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "requirements.txt", "admin_app", "reports", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "supply").mkdir()
    for path in (ROOT / "supply").iterdir():
        (tmp_path / "supply" / path.name).write_bytes(path.read_bytes())
    assert is_current(tmp_path)
    lock = tmp_path / "supply/run.lock"
    lock.write_text(lock.read_text().replace("\nrich==15.0.0", "\nrich==15.0.1"))
    assert not is_current(tmp_path)


def test_it_names_every_package_and_every_file_of_others_with_licence() -> None:
    parts = {part["bom-ref"]: part for part in MADE["components"]}
    assert {f"pkg:pypi/{name}@{version}" for name, version in locked(ROOT).items()} <= parts.keys()
    assert all(any(ref.startswith(file) for ref in parts) for file in listed(ROOT)["files"])
    assert [ref for ref, part in parts.items() if not part["licenses"]] == []


def test_everything_that_somebody_needs_is_a_part_of_it() -> None:
    refs = {part["bom-ref"] for part in MADE["components"]}
    assert {need for line in MADE["dependencies"] for need in line["dependsOn"]} <= refs
    assert len([line for line in MADE["dependencies"] if line["dependsOn"]]) > 40


def test_it_is_the_same_text_each_time() -> None:
    assert sbom(ROOT) == sbom(ROOT)
