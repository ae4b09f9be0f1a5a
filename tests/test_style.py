"""What `make check` asks of style and types, asked by the tests too, so that CI cannot pass without it; each with a planted fault."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.dead_code import dead_code
from tests.dependencies import misused, strays

ROOT = Path(__file__).parent.parent
RUFF = (str(Path(sys.executable).with_name("ruff")),)
MYPY = (str(Path(sys.executable).with_name("mypy")), "--config-file", str(ROOT / "pyproject.toml"))
UNFORMATTED = '"""x"""\n\nlonely  =  1\n'
UNLINTED = '"""x"""\n\nimport os\n'
UNTYPED_FAULT = '"""x"""\n\n\ndef wrong(amount):\n    total: int = "one"\n    return total\n'
"""Wrong in a function that declares no types of its own: the checker must look into these as well."""


def ended(command: tuple[str, ...], place: Path) -> tuple[int, str]:
    """The exit status of `command` run in `place`, and what it printed."""
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout[-3000:] + done.stderr[-1000:]


def planted(folder: Path, text: str) -> Path:
    """A folder with our settings and one file that holds `text`."""
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    (folder / "planted.py").write_text(text)
    return folder


@pytest.mark.parametrize("check", [("check",), ("format", "--check")], ids=["lint", "format"])
def test_the_code_keeps_its_style(check: tuple[str, ...]) -> None:
    status, printed = ended((*RUFF, *check, "--no-cache", "."), ROOT)
    assert status == 0, printed


@pytest.mark.parametrize(("check", "text"), [(("check",), UNLINTED), (("format", "--check"), UNFORMATTED)], ids=["lint", "format"])
def test_control_a_planted_fault_of_style_is_found(check: tuple[str, ...], text: str, tmp_path: Path) -> None:
    status, printed = ended((*RUFF, *check, "--no-cache", "planted.py"), planted(tmp_path, text))
    assert status == 1 and "planted.py" in printed, printed


def test_the_types_fit(tmp_path: Path) -> None:
    status, printed = ended((*MYPY, "--cache-dir", str(tmp_path / "types")), ROOT)
    assert status == 0, printed


def test_control_a_planted_fault_of_types_is_found(tmp_path: Path) -> None:
    status, printed = ended((*MYPY, "--cache-dir", str(tmp_path / "types"), "planted.py"), planted(tmp_path, UNTYPED_FAULT))
    assert status == 1 and "planted.py:5" in printed, printed


def test_everything_is_used() -> None:
    assert list(dead_code(ROOT)) == []


def test_control_what_nobody_uses_is_found_and_what_a_template_uses_is_not(tmp_path: Path) -> None:
    folder = planted(tmp_path, "")
    (folder / "config.py").write_text('"""x"""\n\n\ndef forgotten():\n    """x"""\n\n\ndef shown():\n    """x"""\n')
    (folder / "admin_app/templates").mkdir(parents=True)
    (folder / "admin_app/templates/page.html").write_text("<p>forgotten</p>{{ shown() }}")
    assert list(dead_code(folder)) == ["config.py:4 unused function 'forgotten'"]


def test_every_package_is_pinned_and_needed() -> None:
    assert [*misused(ROOT), *strays(ROOT)] == []


def test_control_a_package_too_many_and_one_too_few_are_found(tmp_path: Path) -> None:
    folder = planted(tmp_path, '"""x"""\n\nimport rich\nimport holidays\n')
    (folder / "requirements.txt").write_text("rich==1\npypinyin==1\n\n# --- needed by the above ---\nmdurl==1\nsix==1\nPygments==1\n")
    (folder / "requirements-dev.txt").write_text("")
    said = " ".join([*misused(folder), *strays(folder)])
    wanted = ("'pypinyin' defined", "'holidays' imported", "nothing needs six", "markdown-it-py is not pinned")
    assert [words for words in wanted if words not in said] == []
