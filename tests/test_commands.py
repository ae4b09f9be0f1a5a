"""What `flask --app run.py` offers is what we wrote, and nothing that changes the office past its rules and its log."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask.cli import FlaskGroup
from flask_appbuilder.cli import fab

from admin_app.factory import create_app
from tests.apps import KEYS, make_settings

ROOT = Path(__file__).resolve().parent.parent
FLASKS = {"run", "shell", "routes", "db"}
"""Flask's own, and the migrations."""
OURS = {
    "worker",
    "clock",
    "demo",
    "verify",
    "seal",
    "export-log",
    "confirm-time",
    "reseal",
    "reindex",
    "database-roles",
    "backup",
    "encrypt-database",
    "change-database-key",
    "copy-from-sqlite",
    "restore",
    "retention",
    "first-administrator",
    "restore-administrator",
}
OF_NO_OFFICE = {"create-app", "create-addon", "collect-static", "babel-extract", "babel-compile"}
"""Commands of the framework that write skeletons and catalogues into the folder where they run, and never open an office."""


def test_the_command_line_offers_ours_and_flasks(tmp_path: Path) -> None:
    environment = dict(os.environ) | {f"CARD_DESK_{name.upper()}": value for name, value in KEYS.items()}
    environment |= {"CARD_DESK_ENVIRONMENT": "test", "CARD_DESK_INSTANCE": str(tmp_path)}
    line = [sys.executable, "-m", "flask", "--app", str(ROOT / "run.py"), "--help"]
    said = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=True).stdout
    offered = {row.split()[0] for row in said.partition("Commands:\n")[2].splitlines() if row[:3].strip() != row[:3]}
    assert offered == OURS | FLASKS


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Type `flask …` for an office in `folder`."""
    group = FlaskGroup(create_app=lambda: create_app(make_settings(folder, "")), load_dotenv=False)
    said = CliRunner().invoke(group, list(arguments))
    return said.exit_code, f"{said.output}{said.exception}"


@pytest.mark.parametrize("name", sorted(set(fab.commands) - OF_NO_OFFICE))
def test_no_command_of_the_framework_opens_the_office(tmp_path: Path, name: str) -> None:
    named = [option for option in fab.commands[name].params if isinstance(option, click.Option) and not option.is_flag]
    given = [word for option in named for word in (option.opts[0], str(ROOT / "run.py") if "path" in option.opts[0] else "1")]
    status, said = run(tmp_path, "fab", name, *given)
    assert status == 1 and "no command of Card Desk" in said, said
    assert not (tmp_path / "card_desk.db").exists()


def test_control_a_command_of_ours_opens_it(tmp_path: Path) -> None:
    status, said = run(tmp_path, "routes")
    assert status == 0 and "/health" in said, said
