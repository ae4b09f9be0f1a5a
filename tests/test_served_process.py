"""What the web process loads: nothing of the demo office, of the tests or of what builds assets."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.apps import KEYS

ROOT = Path(__file__).parent.parent
NOT_SERVED = ("admin_app.demo", "tests", "assets")
"""Packages that no answer to a request needs."""
SERVE = """
import sys
from pathlib import Path
from admin_app.factory import create_server
from config import Settings

create_server(Settings(environment="test", instance=Path(sys.argv[1]), **{keys}))
{then}
print(*sys.modules)
"""


def loaded_by_a_server(folder: Path, then: str = "") -> set[str]:
    """The modules of a process that made the server and then did `then`."""
    code = SERVE.format(keys=KEYS, then=then)
    done = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def not_served(modules: set[str]) -> set[str]:
    """The packages among NOT_SERVED of which something is loaded."""
    return {package for package in NOT_SERVED for module in modules if f"{module}.".startswith(f"{package}.")}


def test_the_web_process_loads_nothing_that_it_does_not_serve(tmp_path: Path) -> None:
    modules = loaded_by_a_server(tmp_path)
    assert "admin_app.applications.views.case" in modules
    assert not_served(modules) == set()


@pytest.mark.parametrize("line", ["import admin_app.demo.command", "from assets import icon_sprite", "import tests.apps"])
def test_control_what_does_not_belong_there_is_noticed(line: str, tmp_path: Path) -> None:
    assert not_served(loaded_by_a_server(tmp_path, line)) != set()


def test_the_demo_command_is_there_with_its_options(tmp_path: Path) -> None:
    flask = [sys.executable, "-m", "flask", "--app", "run", "demo", "--help"]
    keys = {f"CARD_DESK_{name.upper()}": value for name, value in KEYS.items()}
    told = os.environ | keys | {"CARD_DESK_INSTANCE": str(tmp_path)}
    said = subprocess.run(flask, cwd=ROOT, env=told, capture_output=True, text=True, check=True).stdout
    assert "--applications" in said and "--seed" in said
