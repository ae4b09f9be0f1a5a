"""The full office on each database, with a way back to how it was."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from admin_app.applications.models import Application
from admin_app.applications.operations import intake
from admin_app.applications.operations.details import CaseDetails
from admin_app.foundation import cache, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage import held, objects
from admin_app.foundation.storage.operations import LOOKED_UP_TO
from admin_app.staff.models import StaffMember
from admin_app.staff.operations import second_factor
from reports.pdf import renderer
from tests.apps import PreparedApp, opened
from tests.databases.way_back import copy_sqlite, keep_postgres, put_back_postgres
from tests.factories.residents import register
from tests.factories.staff import SECRET
from tests.faults.full_office import furnish_fully
from tests.faults.furnished import FullOffice
from tests.residents_online import COOKIE
from tests.routes import LETTERS, SIGNED_IN_ONLINE

PAIRED = {"sqlite": "files", "postgresql": "redis"}
"""Database and broker of one machine, and of many: workers are killed with these in `make test`, with the other two in `make proof`."""
DRAWN: dict[str, bytes] = {}
"""What was asked of the renderer -> its PDF, for all modules of this folder."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Kills of workers on the less usual pair of database and broker are proofs."""
    for item in items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        if "broker" in params and PAIRED.get(params.get("database_name", "")) != params["broker"]:
            item.add_marker("proof")


@pytest.fixture(scope="module", autouse=True)
def documents_are_drawn_once() -> Iterator[None]:
    """The same text gives the same paper: the pages that print it are opened thousands of times here, and nowhere else."""
    draw = renderer.render

    def render(html: str, **parts: Any) -> bytes:
        asked = repr((html, sorted(parts.items())))
        if asked not in DRAWN:
            DRAWN[asked] = draw(html, **parts)
        return DRAWN[asked]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(renderer, "render", render)
        yield


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def furnished(request: pytest.FixtureRequest) -> Iterator[FullOffice]:
    """The office, furnished once for all tests of a module."""
    prepared: PreparedApp = request.getfixturevalue("sqlite_app" if request.param == "sqlite" else "postgres_app")
    app, renew = prepared
    renew()
    with opened(app), pytest.MonkeyPatch.context() as patch:
        people = furnish_fully(app)
        patch.setattr(second_factor, "new_secret", lambda: SECRET)
        keep = _sqlite_copy if request.param == "sqlite" else _postgres_copy
        with keep() as put_back:
            cookies = {letter: people[letter].get_cookie("card_desk").value for letter in LETTERS}
            online = {letter: people[letter].get_cookie(COOKIE).value for letter in ("-", SIGNED_IN_ONLINE)}

            def restore() -> None:
                db.session.rollback()
                put_back()
                cache.forget()
                people["-"].delete_cookie("card_desk")
                for letter, cookie in cookies.items():
                    people[letter].delete_cookie("card_desk")
                    people[letter].set_cookie("card_desk", cookie)
                for letter, cookie in online.items():
                    people[letter].set_cookie(COOKIE, cookie)

            yield FullOffice(app, people, restore)


@pytest.fixture
def full_office(furnished: FullOffice, monkeypatch: pytest.MonkeyPatch) -> FullOffice:
    """The office as it was furnished."""
    furnished.app.config["WTF_CSRF_ENABLED"] = False
    furnished.restore()
    # The way back is one of the database: an upload that waited is there again, and so must its object be.
    monkeypatch.setattr(held, "_drop", lambda _sha256: None)
    return furnished


@pytest.fixture
def draft(clerk: StaffMember) -> Application:
    """A case that is being taken in."""
    details = CaseDetails(channel="counter", reason="damaged", statement="It broke.", postcode="310012", address="文三路90号")
    resident = register(clerk)
    with transaction():
        return intake.take_in(resident, details, by=clerk)


@pytest.fixture
def own_store(app: Flask, tmp_path: Path) -> Iterator[Any]:
    """A store of files of this test's own, of which nothing was looked for yet."""
    before = settings.current()
    settings.use(before.model_copy(update={"storage_url": f"file://{tmp_path / 'files'}"}))
    LOOKED_UP_TO.put(0)
    yield objects.store()
    settings.use(before)


@contextmanager
def _sqlite_copy() -> Iterator[Callable[[], object]]:
    live = Path(db.engine.url.database or "")
    copy = live.with_name("full-office.db")
    copy_sqlite(live, copy)
    yield lambda: copy_sqlite(copy, live)
    copy.unlink()


@contextmanager
def _postgres_copy() -> Iterator[Callable[[], object]]:
    keep_postgres(db.engine, "furnished")
    yield lambda: put_back_postgres(db.engine, "furnished")
