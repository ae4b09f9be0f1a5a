"""Whatever the desk keeps on disk is readable by its own user alone."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from admin_app.factory import create_app
from admin_app.foundation.database import db
from admin_app.foundation.private_files import narrow
from admin_app.foundation.storage.objects import store
from tests.apps import KEYS, make_settings
from tests.browser.desk import free_port

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def careless() -> Iterator[None]:
    """A shell that leaves new files open to everybody."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """Every file and folder below `folder`, and itself, that somebody else may read, write or enter."""
    found = [folder, *folder.rglob("*")]
    return [f"{path} {stat.filemode(path.stat().st_mode)}" for path in found if path.stat().st_mode & 0o077]


def test_database_uploads_and_folder_are_nobody_elses(tmp_path: Path) -> None:
    instance = tmp_path / "office"
    with careless():
        app = create_app(make_settings(instance, ""))
        with app.app_context():
            with db.engine.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE something (id INTEGER)")
                assert {"card_desk.db", "card_desk.db-wal"} <= {path.name for path in instance.iterdir()}
                store().put(b"a scan")
                assert open_to_others(instance) == []
            db.engine.dispose()


def test_control_sqlite_alone_would_leave_its_file_open(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with careless(), closing(sqlite3.connect(tmp_path / "plain.db")) as plain:
        plain.execute("CREATE TABLE something (id INTEGER)")
    assert len(open_to_others(tmp_path)) == 1


def test_what_an_older_version_left_open_is_closed(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    for name in ("card_desk.db", "card_desk.db-wal", "settings.env"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o664)
    for folder in (tmp_path, tmp_path / "files"):
        folder.chmod(0o755)
    create_app(make_settings(tmp_path, ""))
    assert open_to_others(tmp_path) == []


def test_rights_are_taken_and_never_given(tmp_path: Path) -> None:
    (tmp_path / "keys").touch()
    (tmp_path / "keys").chmod(0o444)
    narrow(tmp_path / "keys", 0o600)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o400


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Path]:
    """The instance folder of `python run.py`, started from a careless shell, once everything runs."""
    environment = dict(os.environ) | {f"CARD_DESK_{name.upper()}": value for name, value in KEYS.items()}
    instance = tmp_path / "office"
    environment |= {"CARD_DESK_ENVIRONMENT": "test", "CARD_DESK_INSTANCE": str(instance), "PORT": str(free_port())}
    with careless():
        running = subprocess.Popen([sys.executable, str(ROOT / "run.py")], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        assert any("Stop with Ctrl-C" in told for told in running.stdout)
        yield instance
    finally:
        running.terminate()
        running.wait(20)


def test_logs_queue_and_marks_of_a_start_are_nobody_elses(started: Path) -> None:
    assert {"run.lock", "log", "card_desk.db"} <= {path.name for path in started.iterdir()}
    assert open_to_others(started) == []
