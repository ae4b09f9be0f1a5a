"""A store that fails, is slow, loses or rots: no row points to nothing, nobody waits for it, and nothing wrong is ever shown."""

import io
import random
import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from admin_app.applications.models import Application, Document
from admin_app.applications.operations import documents
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage import objects, operations
from admin_app.foundation.storage.models import StoredFile
from admin_app.staff.models import StaffMember
from tests.at_once import at_once
from tests.foundation.storage import samples

FLIPS = 400
"""Single bits of an object that are turned over; each is noticed."""


@pytest.fixture(autouse=True)
def store(own_store):
    """A store of this test's own."""
    return own_store


@pytest.fixture
def browser(sign_in, clerk: StaffMember) -> FlaskClient:  # type: ignore[no-untyped-def]
    """The clerk's."""
    return sign_in(clerk)


def hand_in(browser: FlaskClient, draft: Application) -> Any:
    file = (io.BytesIO(samples.jpeg()), "scan.jpg")
    return browser.post(f"/intake/{draft.reference}/documents", data={"material": "photo", "files": [file]})


def counts() -> tuple[int, int]:
    """How many rows of files and of papers there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count(StoredFile.id))) or 0, db.session.scalar(select(func.count(Document.id))) or 0


def test_a_store_that_cannot_be_written_leaves_no_row(browser: FlaskClient, draft: Application, store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store, "_write_local", lambda *_: (_ for _ in ()).throw(OSError(28, "no space left")))
    answer = hand_in(browser, draft)
    assert answer.status_code == 422 and "The file store does not answer" in answer.text and counts() == (0, 0)


def test_a_transaction_that_fails_after_the_store_leaves_an_orphan_and_no_row(
    browser: FlaskClient, draft: Application, app: Flask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(app.config, "TESTING", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(documents, "Document", lambda **_: (_ for _ in ()).throw(RuntimeError))
    assert hand_in(browser, draft).status_code == 500 and counts() == (0, 0)
    assert len(operations.orphans(operations.ORPHAN_AGE * 0)) == 1
    assert operations.look_for_missing() == []


def test_nobody_who_writes_waits_for_a_slow_store(app: Flask, draft: Application, clerk: StaffMember, store, monkeypatch):  # type: ignore[no-untyped-def]
    is_writing, may_go_on, write = threading.Event(), threading.Event(), store._write_local

    def slowly(path: str, sealed: bytes) -> None:
        is_writing.set()
        assert may_go_on.wait(30)
        write(path, sealed)

    monkeypatch.setattr(store, "_write_local", slowly)
    draft_id, clerk_id = draft.id, clerk.id

    def add() -> None:
        ready = operations.prepare(samples.jpeg(), "slow.jpg")
        with transaction() as session:
            documents.add(session.get_one(Application, draft_id), "photo", ready, by=session.get_one(StaffMember, clerk_id))

    def meanwhile() -> None:
        assert is_writing.wait(30)
        with transaction() as session:
            session.get_one(StaffMember, clerk_id).name_en = "Written meanwhile"
        may_go_on.set()

    assert at_once(app, [add, meanwhile]) == [None, None]
    assert counts() == (1, 1)


def test_an_object_that_the_store_lost_is_named_and_not_shown(browser: FlaskClient, draft: Application, store):  # type: ignore[no-untyped-def]
    assert hand_in(browser, draft).status_code == 302
    stored = db.session.scalars(select(StoredFile)).one()
    store.delete(stored.sha256)
    with pytest.raises(objects.ObjectMissing):
        operations.read(stored)
    assert operations.look_for_missing() == [stored.public_id]
    assert browser.get(f"/intake/{draft.reference}").status_code == 200
    assert hand_in(browser, draft).status_code == 302, "the same bytes, handed in again, heal it"
    assert store.exists(stored.sha256)


def test_every_single_bit_that_rots_is_noticed(browser: FlaskClient, draft: Application, store):  # type: ignore[no-untyped-def]
    hand_in(browser, draft)
    stored, chance = db.session.scalars(select(StoredFile)).one(), random.Random(63)
    path = Path(store._path(stored.sha256))
    whole = path.read_bytes()
    for _flip in range(FLIPS):
        place = chance.randrange(8 * len(whole))
        rotten = bytearray(whole)
        rotten[place // 8] ^= 1 << place % 8
        path.write_bytes(bytes(rotten))
        with pytest.raises(objects.ObjectDamaged):
            operations.read(stored)


def test_control_what_did_not_rot_is_read(browser: FlaskClient, draft: Application):
    assert hand_in(browser, draft).status_code == 302 and counts() == (1, 1)
    assert operations.read(db.session.scalars(select(StoredFile)).one())
