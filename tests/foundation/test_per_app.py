"""Two apps with other settings live in one process: each has its own database, keys, sessions, cache, files, limits and time zone."""

import timeit
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.centres import queries as centres
from admin_app.foundation import cache, clock, crypto, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage import objects
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.kinds import UploadRefused, limits_in_force
from admin_app.residents.models import Resident
from tests.apps import Browser, PreparedApp, bare_app, make_settings
from tests.factories import staff
from tests.factories.centres import make_calendar_day, make_centre
from tests.foundation.storage import samples
from tests.second_app import OTHER, create_beside

DAY_OFF = date(2026, 6, 1)
ID_NUMBER, ROUNDS = "11010519491231002X", 8


@dataclass(frozen=True)
class Desk:
    """An app, somebody signed in to it, and what must be true of it alone."""

    app: Flask
    browser: FlaskClient
    centre: str
    person: str

    def facts(self) -> dict[str, Any]:
        """What this app says of itself now."""
        page = self.browser.get("/centres/").text
        with self.app.app_context():
            facts = {
                "key": crypto.keyring().keys[0][0],
                "zone": str(clock.office_zone()),
                "bytes": limits_in_force().max_bytes,
                "days": settings.current().promised_days,
                "store": objects.store().root,
                "centres": [one.name_en for one in centres.active()],
                "cached": sorted(centres.calendar().overrides),
                "people": list(db.session.scalars(sa.select(Resident.name))),
                "page": sorted(name for name in ("Lotus", "Isar") if name in page),
            }
            db.session.remove()
        return facts


def desk(app: Flask, centre: str, person: str) -> Desk:
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Browser
    with app.app_context():
        clerk = staff.make_staff("intake_clerk", username="clerk", centre=make_centre("XH", name_en=centre))
        browser = app.test_client()
        assert browser.post("/sign-in", data={"username": clerk.username, "password": staff.PASSWORD}).status_code == 302
        db.session.remove()
    return Desk(app, browser, centre, person)


@pytest.fixture
def desks(app: Flask, sqlite_app: PreparedApp, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """The app of the tests and another one beside it, with other settings."""
    other = create_beside(sqlite_app, tmp_path)
    with other.app_context():
        make_calendar_day(DAY_OFF)
    yield desk(app, "Lotus", "林晓"), desk(other, "Isar", "张伟")
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def register(one: Desk) -> str:
    """Register the same ID number under this desk's name through its pages; the address of the person."""
    with one.app.app_context():
        form = one.browser.post("/residents/find", data={"id_number": ID_NUMBER, "name": one.person, "goal": "application"})
        typed = {"name": one.person, "name_latin": "", "phone": "13800138000", "postcode": "310000", "address": "杭州市西湖区1号"}
        made = one.browser.post(form.headers["Location"], data=typed)
        assert made.status_code == 302, made.text
        return str(made.headers["Location"])


OURS = {"key": "k1", "zone": "Asia/Shanghai", "bytes": 10 * 1024 * 1024, "days": 7, "centres": ["Lotus"], "cached": [], "page": ["Lotus"]}
THEIRS = {"key": "other", "zone": "Europe/Berlin", "bytes": 1024, "days": 3, "centres": ["Isar"], "cached": [DAY_OFF], "page": ["Isar"]}


def expected(one: Desk) -> dict[str, Any]:
    """Facts that must never change."""
    known = OURS if one.centre == "Lotus" else THEIRS
    instance = Path(one.app.config["SETTINGS"].instance)
    return known | {"store": str(instance / "files"), "people": [one.person]}


def test_two_apps_serve_requests_alternately_each_with_its_own(desks: tuple[Desk, Desk]) -> None:
    for one in desks:
        register(one)
    for _round in range(3):
        for one in desks:
            assert one.facts() == expected(one)


def test_two_apps_serve_requests_from_two_threads_each_with_its_own(desks: tuple[Desk, Desk]) -> None:
    def serve(one: Desk) -> None:
        register(one)
        for _round in range(ROUNDS):
            assert one.facts() == expected(one)

    with ThreadPoolExecutor(len(desks)) as threads:
        assert list(threads.map(serve, desks)) == [None, None]


def test_the_same_number_is_encrypted_and_found_with_the_keys_of_its_app(desks: tuple[Desk, Desk]) -> None:
    for one in desks:
        register(one)
    found = []
    for one in desks:
        with one.app.app_context():
            person = db.session.scalars(sa.select(Resident)).one()
            assert person.open_id_number() == ID_NUMBER
            found.append(person)
            db.session.expunge_all()
    assert found[0].id_number_index != found[1].id_number_index
    with desks[0].app.app_context(), pytest.raises(crypto.Undecipherable):
        found[1].open_id_number()


def test_a_file_lies_in_the_folder_of_its_app_and_obeys_its_limits(desks: tuple[Desk, Desk]) -> None:
    ours, theirs = desks
    scan = samples.jpeg(400, 400)
    assert len(scan) > OTHER["upload_max_bytes"], "control: it is too large for one of them"
    with theirs.app.app_context():
        stray = objects.store().put(b"a file of the other app")
        with pytest.raises(UploadRefused), transaction():
            storage.accept(scan, "scan.jpg")
    with ours.app.app_context():
        with transaction():
            stored = storage.accept(scan, "scan.jpg")
        assert storage.read(stored)
        with pytest.raises(objects.ObjectMissing):
            objects.store().get(stray)


def test_a_browser_that_is_signed_in_to_one_is_a_stranger_to_the_other(desks: tuple[Desk, Desk]) -> None:
    ours, theirs = desks
    stranger = theirs.app.test_client()
    cookie = ours.browser.get_cookie("card_desk")
    stranger.set_cookie("card_desk", cookie.value)
    assert ours.browser.get("/centres/").status_code == 200, "control"
    assert stranger.get("/centres/").status_code == 302


def test_a_change_in_one_does_not_make_the_other_forget(desks: tuple[Desk, Desk]) -> None:
    stamps = []
    for one in desks:
        with one.app.app_context():
            stamps.append(cache._MEMORY.get().stamp)
    register(desks[0])
    for one, before, is_same in zip(desks, stamps, (False, True), strict=True):
        with one.app.app_context():
            assert (cache._MEMORY.get().stamp == before) is is_same


def test_outside_of_an_app_no_settings_are_in_force() -> None:
    with pytest.raises(RuntimeError):
        settings.current()


def test_an_app_without_settings_says_so() -> None:
    with Flask("bare").app_context(), pytest.raises(settings.NotInForce):
        settings.current()


def test_asking_for_the_settings_costs_less_than_a_word_of_a_page(tmp_path: Path) -> None:
    """Some dozens a page: at most what five plain lookups of a context variable cost, in the same run."""
    with bare_app(make_settings(tmp_path, "sqlite://")):
        probe = ContextVar("probe", default=OURS)
        settings.current()
        asked, plain = (min(timeit.repeat(one, number=5000, repeat=7)) for one in (settings.current, lambda: probe.get()["key"]))
    assert asked < 12 * plain
