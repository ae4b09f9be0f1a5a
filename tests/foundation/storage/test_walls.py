"""A process that opens strangers' files sees no file of ours and no network, where the kernel has walls for that."""

import os
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from admin_app.foundation import health
from admin_app.foundation.children import walls
from admin_app.foundation.storage import child, sandbox
from admin_app.foundation.storage.limits import Limits
from tests.foundation.storage import samples

needs_landlock = pytest.mark.skipif(walls.landlock_version() == 0, reason="this kernel has no Landlock")
needs_seccomp = pytest.mark.skipif(not walls.has_seccomp(), reason="this kernel has no seccomp, or its calls are not known")


@pytest.fixture
def office() -> Iterator[list[str]]:
    """Settings and database that anybody on this machine may read, so that only the walls can keep them; the tests run as root perhaps."""
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        (folder / "settings.env").write_text("CARD_DESK_SECRET_KEY=x", encoding="utf-8")
        sqlite3.connect(folder / "card_desk.db").close()
        files = [folder / "settings.env", folder / "card_desk.db"]
        for file in files:
            file.touch()
            file.chmod(0o644)
        yield [str(folder), *map(str, files)]
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as line:
        yield int(line.getsockname()[1])


def seen(files: list[str], ports: list[int]) -> dict:
    """What a fork that opens files can reach; it gives up root's rights, as ever."""
    return child.answer_in_fork({"task": "look", "files": files, "ports": ports, "limits": asdict(Limits())}, b"")[0]["seen"]


@needs_landlock
def test_no_file_of_ours_is_seen(office):
    assert seen(office, [])["files"] == []


@needs_seccomp
def test_no_network_is_reached(listening):
    assert seen([], [listening])["ports"] == []


@needs_landlock
def test_landlock_alone_keeps_files(office, monkeypatch):
    monkeypatch.setattr(walls, "has_seccomp", lambda: False)
    assert seen(office, [])["files"] == []


@pytest.mark.skipif(walls.landlock_version() < 4, reason="this kernel's Landlock knows no network")
def test_landlock_alone_keeps_connections(listening, monkeypatch):
    monkeypatch.setattr(walls, "has_seccomp", lambda: False)
    assert seen([], [listening])["ports"] == []


@needs_seccomp
def test_seccomp_alone_keeps_the_network(listening, monkeypatch):
    monkeypatch.setattr(walls, "landlock_version", lambda: 0)
    assert seen([], [listening])["ports"] == []


def test_control_without_walls_all_of_it_is_reached(office, listening, monkeypatch):
    monkeypatch.setattr(walls, "close_in", lambda _folders, _writable: None)
    assert seen(office, [listening]) == {"files": office, "ports": [listening]}


@needs_landlock
@needs_seccomp
def test_the_child_itself_says_so(office, listening):
    answer, _ = sandbox.ask({"task": "look", "kind": "", "files": office, "ports": [listening]}, b"", Limits())
    assert answer["seen"] == {"files": [], "ports": []}


@needs_seccomp
def test_no_other_program_is_started():
    pid = os.fork()
    if pid == 0:
        walls.close_in(walls.python_folders())
        try:
            os.execv("/bin/true", ["true"])
        except PermissionError:
            os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


def test_files_are_opened_behind_the_walls():
    assert sandbox.ask({"task": "clean", "kind": "pdf"}, samples.pdf(), Limits())[0]["pages"] >= 1
    assert sandbox.ask({"task": "clean", "kind": "png"}, samples.png(), Limits())[0]["kind"] == "png"


@pytest.mark.parametrize(
    ("found", "told"), [(sandbox.Walls(True, True), "needs Landlock and seccomp"), (sandbox.Walls(False, False), "closed to it")]
)
def test_the_system_page_says_what_holds(sign_in, monkeypatch, found, told):
    monkeypatch.setattr(health, "walls", lambda: found)
    page = sign_in("administrator").get("/system").text
    assert told in page
    assert ("can be reached by it" in page) == found.has_network
