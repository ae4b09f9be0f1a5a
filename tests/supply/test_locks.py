"""Nothing is installed but files whose hash stands in a lock, and the locks say what the pins say."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.supply.add import with_pins
from tests.supply.locks import INSTALLER, LOCKS, ROOT, UV, differences, hashed, pins
from tests.supply.wheel import make_wheel

OFFLINE = ("--require-hashes", "--no-index", "--no-deps")
INSTALLERS = {
    "uv": (UV, "pip", "install", "--python", sys.executable, "--no-cache", *OFFLINE),
    "pip": (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-cache-dir", *OFFLINE),
}


def copied(folder: Path) -> Path:
    """Pins and locks in a folder of their own."""
    (folder / "supply").mkdir()
    for name in (*LOCKS, *LOCKS.values(), INSTALLER):
        shutil.copy(ROOT / name, folder / name)
    return folder


def test_each_lock_pins_what_its_file_pins_with_hashes() -> None:
    assert list(differences(ROOT)) == []


def test_control_another_version_a_missing_package_and_a_missing_hash_are_found(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    lock = folder / "supply/run.lock"
    text = lock.read_text().replace("\nrich==15.0.0", "\nrich==14.0.0")
    parts = re.split(r"(?m)^(?=[a-z0-9][\w.-]*(?:\[\w+\])?==)", text)
    changed = [
        re.sub(r" \\\n    --hash=\S+", "", part) if part.startswith("six==") else part for part in parts if not part.startswith("segno==")
    ]
    lock.write_text("".join(changed))
    said = "\n".join(differences(folder))
    assert [words for words in ("rich 14.0.0", "segno is missing", "six has no hash") if words not in said] == []


def test_a_lock_holds_files_for_other_machines_and_newer_pythons() -> None:
    several = hashed((ROOT / "supply/run.lock").read_text())
    assert [name for name in ("cryptography", "pillow", "lxml", "psycopg-binary", "pydantic-core") if len(several[name]) < 10] == []


@pytest.mark.parametrize("installer", INSTALLERS)
@pytest.mark.parametrize("right", [True, False], ids=["its hash", "another hash"])
def test_a_file_is_installed_only_with_its_hash(installer: str, right: bool, tmp_path: Path) -> None:
    if installer == "uv" and not Path(UV).exists():
        pytest.skip("this environment was made by pip alone")
    _wheel, sha = make_wheel(tmp_path)
    lock = tmp_path / "some.lock"
    lock.write_text(f"parcel-sample==1.0 --hash=sha256:{sha if right else sha[::-1]}\n")
    command = [*INSTALLERS[installer], "--find-links", str(tmp_path), "--target", str(tmp_path / "there"), "-r", str(lock)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.returncode == 0, (tmp_path / "there/parcel_sample.py").exists()) == (right, right), done.stderr


def test_every_install_of_the_makefile_demands_hashes_of_a_lock() -> None:
    lines = [line for line in (ROOT / "Makefile").read_text().splitlines() if "pip install" in line and line.startswith("\t")]
    assert len(lines) == 3
    assert [line for line in lines if "--require-hashes" not in line] == []
    assert sorted(re.findall(r"call install,(\S+)\)", (ROOT / "Makefile").read_text())) == sorted(LOCKS.values())


def test_a_new_package_stands_last_in_use_and_its_needs_in_their_place() -> None:
    text = "# What we use\nrich==1\n\n# --- needed by the above ---\nmdurl==1\nsix==1\n"
    new = with_pins(text, "Holidays[all]", {"holidays": "2", "pytz": "3"})
    assert new == "# What we use\nrich==1\nHolidays[all]==2\n\n# --- needed by the above ---\nmdurl==1\npytz==3\nsix==1\n"
    assert pins(new) == {"rich": "1", "holidays": "2", "mdurl": "1", "pytz": "3", "six": "1"}
