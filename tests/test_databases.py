"""The databases of the tests: everything goes back to how it was, and no server outlives its run."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa
from flask import Flask

from admin_app.applications.models import MaterialRule
from admin_app.foundation.database import db, transaction
from tests.apps import PreparedApp
from tests.databases import way_back
from tests.factories.applications import make_application
from tests.routes import checksum

ROOT = Path(__file__).parent.parent
PATIENCE = 60
RUN = """
import os, sys, time, types
from pathlib import Path
from tests.databases import server
folder = Path(sys.argv[1])
server.started(folder, os.getpid())
print((folder / "postmaster.pid").read_text().split()[0], flush=True)
time.sleep(600)
"""


def change_everything(clerk, centre) -> None:
    """Add rows, change and delete some that the migrations made."""
    make_application(clerk, centre)
    with transaction() as session:
        session.execute(sa.update(MaterialRule).where(MaterialRule.id == 1).values(age_from=3))
        session.execute(sa.delete(MaterialRule).where(MaterialRule.id == 2))


@pytest.fixture
def put_back(database_name: str, request: pytest.FixtureRequest) -> Callable[[], None]:
    """What happens between two tests."""
    prepared: PreparedApp = request.getfixturevalue("sqlite_app" if database_name == "sqlite" else "postgres_app")
    return prepared[1]


def test_rows_and_numbers_go_back_between_two_tests(app: Flask, put_back, request: pytest.FixtureRequest) -> None:
    before = checksum(without=())
    first = make_application(request.getfixturevalue("clerk"), request.getfixturevalue("centre")).id
    change_everything(request.getfixturevalue("clerk"), request.getfixturevalue("centre"))
    assert checksum(without=()) != before
    db.session.remove()
    put_back()
    assert checksum(without=()) == before
    assert first == 1


def test_a_table_that_a_test_made_goes_too(app: Flask, put_back) -> None:
    with transaction() as session:
        session.connection().exec_driver_sql("CREATE TABLE planted (id integer)")
    db.session.remove()
    put_back()
    assert "planted" not in sa.inspect(db.engine).get_table_names()


@pytest.fixture
def kept(postgres_app: PreparedApp) -> Iterator[sa.Engine]:
    """PostgreSQL as it was migrated, with its rows kept once more."""
    app, renew = postgres_app
    renew()
    with app.app_context():
        way_back.keep_postgres(db.engine, "twice")
        yield db.engine


def test_only_tables_that_changed_are_put_back(kept: sa.Engine) -> None:
    assert way_back.put_back_postgres(kept, "twice") == 0
    with kept.begin() as connection:
        connection.exec_driver_sql("UPDATE material_rule SET age_from = 3 WHERE id = 1")
    assert way_back.put_back_postgres(kept, "twice") == 1
    assert way_back.put_back_postgres(kept, "twice") == 0


def run_to_kill(folder: Path) -> tuple[subprocess.Popen[str], psutil.Process]:
    """A process that started a server of its own, and the server."""
    run = subprocess.Popen([sys.executable, "-c", RUN, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert run.stdout
    return run, psutil.Process(int(run.stdout.readline()))


def comes(happened: Callable[[], bool]) -> bool:
    """Whether it happens before PATIENCE is over."""
    deadline = time.monotonic() + PATIENCE
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)
    return happened()


def test_the_server_ends_with_a_run_that_is_killed() -> None:
    folder = Path(tempfile.mkdtemp(prefix="card-desk-killed-")) / "data"
    folder.parent.chmod(0o755)
    run, server = run_to_kill(folder)
    assert server.is_running()
    os.kill(run.pid, signal.SIGKILL)
    run.wait(PATIENCE)
    assert comes(lambda: not server.is_running())
    assert comes(lambda: not any(folder.parent.iterdir()))
    folder.parent.rmdir()


def test_control_a_server_that_nobody_watches_outlives_its_run(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(tempfile.mkdtemp(prefix="card-desk-killed-")) / "data"
    folder.parent.chmod(0o755)
    unwatched = RUN.replace("server.started(", "server.subprocess = types.SimpleNamespace(Popen=lambda *_, **__: None); server.started(")
    monkeypatch.setattr(sys.modules[__name__], "RUN", unwatched)
    run, server = run_to_kill(folder)
    os.kill(run.pid, signal.SIGKILL)
    run.wait(PATIENCE)
    try:
        assert server.is_running()
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(PATIENCE)
        shutil.rmtree(folder.parent)
