"""The start: as many web processes as cores, one start an instance, no process left behind, nothing shared that must not be."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import config
import run
from admin_app.factory import create_server
from admin_app.foundation.database import db
from tests.apps import KEYS, make_settings
from tests.browser.desk import free_port
from tests.faults.processes import Client, wait_until
from tests.slow_connections import slow_connections

ROOT = Path(__file__).resolve().parent.parent
QUOTAS = (("max 100000", 4), ("200000 100000", 2), ("150000 100000", 2), ("1000 100000", 1), ("900000 100000", 4))
"""What a control group allows, and how many of four cores that is."""


@pytest.mark.parametrize(("quota", "cores"), QUOTAS)
def test_cores_are_those_that_this_process_may_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quota: str, cores: int) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1, 2, 3})
    (tmp_path / "cpu.max").write_text(quota + "\n")
    assert config.cores(tmp_path / "cpu.max") == cores


@pytest.mark.parametrize(("setting", "started"), [(0, config.cores()), (3, 3)])
def test_web_processes_are_as_many_as_cores_unless_set(tmp_path: Path, setting: int, started: int) -> None:
    line = run.Processes(make_settings(tmp_path, "", web_processes=setting)).lines["web"]
    assert line[line.index("--workers") + 1] == str(started)


def test_what_is_forked_has_no_thread_and_no_connection(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    server = create_server(make_settings(tmp_path, f"sqlite:///{tmp_path / 'card_desk.db'}"))
    with server.app_context():
        assert db.engine.pool.checkedin() == 0  # type: ignore[attr-defined]
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert set(threading.enumerate()) <= before


@pytest.fixture
def port() -> int:
    """Where the desk of a test listens."""
    return free_port()


@pytest.fixture
def running(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """`python run.py` on an instance of its own, once its page answers."""
    environment = dict(os.environ) | {f"CARD_DESK_{name.upper()}": value for name, value in KEYS.items()}
    environment |= {"CARD_DESK_ENVIRONMENT": "test", "CARD_DESK_INSTANCE": str(tmp_path), "PORT": str(port)}
    line = [sys.executable, str(ROOT / "run.py")]
    started = subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert started.stdout is not None
        assert any("Stop with Ctrl-C" in told for told in started.stdout)
        yield started
    finally:
        started.kill()
        started.wait(20)


def every_process(running: subprocess.Popen[str]) -> list[psutil.Process]:
    """All processes of a start, once they are there: the first web process may answer while the others are still being forked."""
    wait_until(
        lambda: len(psutil.Process(running.pid).children(recursive=True)) >= 3 + config.cores(),
        "web, worker and clock with their processes",
    )
    return psutil.Process(running.pid).children(recursive=True)


def test_a_killed_start_leaves_no_process(running: subprocess.Popen[str]) -> None:
    children = every_process(running)
    running.send_signal(signal.SIGKILL)
    wait_until(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children), "the end of all")


def test_slow_connections_do_not_stop_the_desk_and_it_ends_when_told(running: subprocess.Popen[str], port: int) -> None:
    with slow_connections(port, half_open=60, trickling=10):
        assert Client(port).get("/sign-in") != ""
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0


def test_a_second_start_on_the_same_instance_says_so(running: subprocess.Popen[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=rf"already runs on .*process {running.pid}\)"):
        run.only_one(tmp_path)


def test_control_after_a_kill_the_instance_can_be_started_again(running: subprocess.Popen[str], tmp_path: Path) -> None:
    running.kill()
    running.wait(20)
    run.only_one(tmp_path).close()


@pytest.mark.parametrize("line", [["dmeo"], ["demo", "desk.example.org"], ["office", "a", "b"], ["", "x"]])
def test_a_start_that_is_misspelt_says_how_it_is_spelt(line: list[str]) -> None:
    with pytest.raises(SystemExit, match="usage"):
        run.wished(line)


@pytest.mark.proof
def test_an_office_that_is_set_up_has_an_administrator_and_stays_an_office(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CARD_DESK_")}
    environment |= {"CARD_DESK_INSTANCE": str(tmp_path / "office"), "PORT": str(free_port())}

    def start(*wish: str) -> "subprocess.CompletedProcess[str]":
        line = [sys.executable, str(ROOT / "run.py"), *wish]
        return subprocess.run(line, env=environment, capture_output=True, text=True, timeout=240, check=False)

    set_up = start("office")
    assert set_up.returncode == 0, set_up.stderr
    assert "signs in as admin with" in set_up.stdout and "made-up" not in set_up.stdout
    settings = (tmp_path / "office" / "settings.env").read_bytes()
    as_demo = start("demo")
    assert as_demo.returncode == 1 and "stays one" in as_demo.stderr
    again = start("office")
    assert "administrator already" in again.stdout and "signs in as" not in again.stdout
    assert (tmp_path / "office" / "settings.env").read_bytes() == settings
    assert not (tmp_path / "office" / "demo-accounts.json").exists()
