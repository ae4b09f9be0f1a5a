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
STRANGE = ("import admin_app.demo.command", "from assets import icon_sprite", "import tests.apps")
"""Lines that load what does not belong there."""
SERVE = """
import os
import sys
from pathlib import Path
from admin_app.factory import create_server
from config import Settings

create_server(Settings(environment="test", instance=Path(sys.argv[1]), **{keys}))
for line in {lines}:
    if os.fork() == 0:
        exec(line)
        print(*sys.modules, flush=True)
        os._exit(0)
    os.wait()
"""
"""Loading the office takes seconds, so that one process does it and each line is tried in a fork."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The modules of a process that made the server, by the line that it ran then ('' for none)."""
    lines = ("", *STRANGE)
    command = [sys.executable, "-c", SERVE.format(keys=KEYS, lines=lines), str(tmp_path_factory.mktemp("served"))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told = [one for one in done.stdout.splitlines() if not one.startswith("{")]  # not what the log says: there is no database here
    return {line: set(modules.split()) for line, modules in zip(lines, told, strict=True)}


def not_served(modules: set[str]) -> set[str]:
    """The packages among NOT_SERVED of which something is loaded."""
    return {package for package in NOT_SERVED for module in modules if f"{module}.".startswith(f"{package}.")}


def test_the_web_process_loads_nothing_that_it_does_not_serve(loaded: dict[str, set[str]]) -> None:
    assert "admin_app.applications.views.case" in loaded[""]
    assert not_served(loaded[""]) == set()


@pytest.mark.parametrize("line", STRANGE)
def test_control_what_does_not_belong_there_is_noticed(line: str, loaded: dict[str, set[str]]) -> None:
    assert not_served(loaded[line]) != set()


def test_the_demo_command_is_there_with_its_options(tmp_path: Path) -> None:
    flask = [sys.executable, "-m", "flask", "--app", "run", "demo", "--help"]
    keys = {f"CARD_DESK_{name.upper()}": value for name, value in KEYS.items()}
    told = os.environ | keys | {"CARD_DESK_INSTANCE": str(tmp_path), "CARD_DESK_ENVIRONMENT": "demo"}
    said = subprocess.run(flask, cwd=ROOT, env=told, capture_output=True, text=True, check=True).stdout
    assert "--applications" in said and "--seed" in said
