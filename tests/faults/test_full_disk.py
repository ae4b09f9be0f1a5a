"""A disk without room, a real one: nothing answered is lost, whoever asks is told within seconds, and it passes by itself (T-64)."""

import io
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.factory import create_app
from admin_app.foundation import sqlite_file
from admin_app.foundation.database import db
from admin_app.foundation.database_trouble import RETRY_AFTER, Trouble
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.objects import store
from tests.apps import FILE_KEY, PreparedApp, make_settings, opened
from tests.factories import staff
from tests.factories.applications import make_application
from tests.factories.centres import make_centre
from tests.foundation.storage import samples

DISK_BYTES, CASES, SECONDS = 24 * 1024 * 1024, 60, 5.0
MOUNT, UNMOUNT = shutil.which("mount") or "", shutil.which("umount") or ""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own (a file system in memory)."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or not MOUNT:
        pytest.skip("only root may mount a disk")
    done = subprocess.run([MOUNT, "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", place], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this machine does not let us mount a disk: {done.stderr.strip()}")
    yield place
    subprocess.run([UNMOUNT, place], check=True)


@pytest.fixture
def office(disk: Path, sqlite_app: PreparedApp, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An office whose database, files and temporary files lie on the small disk, as it is served."""
    folder = disk / "office"
    folder.mkdir(mode=0o700)
    (disk / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(disk / "tmp"))
    shutil.copy(Path(sqlite_app[0].config["SETTINGS"].instance) / "template.db", folder / "card_desk.db")
    app = create_app(make_settings(folder, ""))
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    with opened(app):
        yield app


def fill(disk: Path, leave: int = 0) -> Path:
    """Take all room but `leave` bytes."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as out:
        left = shutil.disk_usage(disk).free - leave
        while left > 0:
            try:
                left -= out.write(bytes(min(left, 65_536)))
            except OSError:
                break
    return filler


def claim(browser: FlaskClient, reference: str) -> int:
    began = time.monotonic()
    answer = browser.post(f"/applications/{reference}/claim")
    assert time.monotonic() - began < SECONDS
    if answer.status_code == 503:
        assert answer.headers["Retry-After"] == str(RETRY_AFTER[Trouble.FULL])
    return answer.status_code


@pytest.fixture
def centre_there(office: Flask) -> Centre:
    """The centre of that office."""
    return make_centre("XH")


def signed_in(office: Flask, role: str, **changes: object) -> FlaskClient:
    member, browser = staff.make_staff(role, **changes), office.test_client()
    assert browser.post("/sign-in", data={"username": member.username, "password": staff.PASSWORD}).status_code == 302
    return browser


def test_nothing_answered_is_lost_and_all_goes_on_when_there_is_room(office: Flask, disk: Path, centre_there: Centre) -> None:
    clerk = staff.make_staff("intake_clerk", username="clerk", centre=centre_there)
    references = [make_application(clerk, centre_there).reference for _ in range(CASES)]
    browser = signed_in(office, "reviewer", username="reviewer")
    db.session.rollback()
    db.session.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)")).all()  # else what it has grown to is written over
    db.session.rollback()
    filler = fill(disk, leave=200_000)
    answers = [claim(browser, reference) for reference in references]
    assert 503 in answers and 302 in answers, "there was room for some, and then for none"
    assert office.test_client().get("/health").get_json()["database"] == "full"
    assert office.test_client().get("/health").status_code == 503
    assert browser.get("/queue/").status_code == 200, "who only reads goes on"
    claimed = set(
        db.session.scalars(sa.select(Application.reference).join(AuditEntry, AuditEntry.case_ref == Application.public_id).where(
            Application.owner_id.is_not(None), AuditEntry.action == "applications.claimed"))
    )  # fmt: skip
    acknowledged = {reference for reference, answer in zip(references, answers, strict=True) if answer == 302}
    assert acknowledged == claimed, "answered is saved with its entry; told of a full disk is not there at all"
    filler.unlink()
    assert {claim(browser, reference) for reference in references if reference not in claimed} == {302}
    assert office.test_client().get("/health").status_code == 200
    assert is_whole(disk)


def test_a_file_that_finds_no_room_leaves_nothing_and_is_taken_afterwards(office: Flask, disk: Path, centre_there: Centre) -> None:
    clerk = staff.make_staff("intake_clerk", username="clerk", centre=centre_there)
    case = make_application(clerk, centre_there, status="draft")
    browser = office.test_client()
    assert browser.post("/sign-in", data={"username": "clerk", "password": staff.PASSWORD}).status_code == 302
    address, scan = f"/intake/{case.reference}/documents", samples.jpeg()

    def send() -> int:
        began = time.monotonic()
        answer = browser.post(
            address, data={"material": "id_copy", "files": [(io.BytesIO(scan), "scan.jpg")]}, content_type="multipart/form-data"
        )
        assert time.monotonic() - began < SECONDS * 2
        return answer.status_code

    filler = fill(disk)
    assert send() == 503
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0
    filler.unlink()
    assert send() == 302
    db.session.rollback()
    kept = db.session.scalars(sa.select(StoredFile.sha256)).all()
    assert kept and all(store().get(sha256) for sha256 in kept)
    assert is_whole(disk)


def is_whole(disk: Path) -> bool:
    """Whether SQLite finds nothing wrong with the file."""
    db.session.remove()
    db.engine.dispose()
    with closing(sqlite_file.opened(disk / "office" / "card_desk.db", FILE_KEY)) as connection:
        cipher = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        return (cipher, connection.execute("PRAGMA integrity_check").fetchall()) == ([], [("ok",)])


def test_control_a_file_with_a_wrong_byte_is_not_whole(office: Flask, disk: Path) -> None:
    assert is_whole(disk)
    with (disk / "office" / "card_desk.db").open("r+b") as file:
        file.seek(4096 * 5 + 100)
        byte = file.read(1)[0]
        file.seek(4096 * 5 + 100)
        file.write(bytes([byte ^ 1]))
    with closing(sqlite_file.opened(disk / "office" / "card_desk.db", FILE_KEY)) as connection:
        assert connection.execute("PRAGMA cipher_integrity_check").fetchall() != []
