"""Fixtures: the app on both databases (as it was migrated, for each test), people signed in."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from admin_app.audit.operations import anchors, sealing
from admin_app.centres.models import Centre
from admin_app.factory import create_app
from admin_app.foundation import cache, passwords
from admin_app.foundation.database import db
from admin_app.foundation.storage import objects
from admin_app.staff.models import StaffMember
from reports.text import typefaces
from tests import sharing_out
from tests.acting import let_staff_members_act
from tests.apps import Browser, PreparedApp, make_settings
from tests.databases import copied, server, way_back
from tests.factories import staff
from tests.factories.centres import make_centre
from tests.statements import counted_statements

let_staff_members_act()
TRANSLATIONS = Path(__file__).resolve().parent.parent / "admin_app" / "translations"


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """On PostgreSQL, what is long and about pages is a proof."""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    if item.get_closest_marker("about_pages") and "postgresql" in params.values():
        item.add_marker("proof")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where workers share the tests out, the long ones begin."""
    if hasattr(config, "workerinput"):
        places = {nodeid: place for place, nodeid in enumerate(sharing_out.in_order([item.nodeid for item in items]))}
        items.sort(key=lambda item: places[item.nodeid])


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not go through it after each dozen of tests."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """`--dist loadfile` means our pieces of work."""
    return sharing_out.LongestFirst(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session", autouse=True)
def compiled_catalogues() -> None:
    """What `make catalogues` does, for a run without make: the app reads .mo files, which are not kept in git."""
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        fresh = target.with_suffix(f".{os.getpid()}")
        with source.open("rb") as read, fresh.open("wb") as write:
            write_mo(write, read_po(read, locale=source.parent.parent.name))
        fresh.replace(target)


@pytest.fixture(scope="session", autouse=True)
def only_shipped_fonts() -> Iterator[None]:
    """The same printable characters on every machine: big fonts that it may have are not looked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typefaces, "system_folders", list)
        typefaces.available.cache_clear()
        yield
    typefaces.available.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def no_work_that_only_an_office_needs() -> Iterator[None]:
    """Passwords are hashed quickly, and no file waits for the disk: nobody steals a test's accounts or pulls its plug."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "COST", staff.QUICK)
        patch.setattr(os, "fsync", lambda _file: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def sealing_waits_for_other_tests() -> Iterator[None]:
    """Workers share one PostgreSQL, which tells only of transactions of the whole server: those of another test are waited for, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "LOOKS", 1_000)
        yield


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> PreparedApp:
    """The app on SQLite and a function that puts a freshly migrated database under it."""
    folder = tmp_path_factory.mktemp("sqlite")
    live, template = folder / "card_desk.db", folder / "template.db"
    app = create_app(make_settings(folder, f"sqlite:///{live}"))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
        way_back.copy_sqlite(live, template)
        sa.event.listen(db.engine, "connect", way_back.never_wait_for_the_disk)

    def renew() -> None:
        with app.app_context():
            db.engine.dispose()
        for leftover in folder.glob("card_desk.db-*"):
            leftover.unlink()
        shutil.copy(template, live)

    return app, renew


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """URL (database 'postgres') of a real server: TEST_POSTGRES_URL, else the one that the workers of this run share."""
    return os.environ.get("TEST_POSTGRES_URL") or server.of_this_run()


@pytest.fixture(scope="session")
def postgres_app(postgres_server: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> PreparedApp:
    """The app on PostgreSQL and a function that brings its database back to how it was migrated (or copied, where a run asks for that)."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name, template, kept = f"card_desk_{worker}", f"card_desk_{worker}_template", "as_migrated"
    url = sa.make_url(postgres_server).set(drivername="postgresql+psycopg")
    server_wide = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    beside = sa.create_engine(url.set(database=name), pool_size=1)

    def run(*statements: str) -> None:
        with server_wide.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    run(f"DROP DATABASE IF EXISTS {name}", f"DROP DATABASE IF EXISTS {template}", f"CREATE DATABASE {name}")
    app = create_app(make_settings(tmp_path_factory.mktemp("postgres-app"), url.set(database=name).render_as_string(hide_password=False)))
    office: PreparedApp | None = request.getfixturevalue("sqlite_app") if copied.is_asked() else None
    with app.app_context():
        if office is not None:
            copied.copy_here(Path(office[0].config["SETTINGS"].instance) / "template.db")
        else:
            flask_migrate.upgrade()
        way_back.keep_postgres(db.engine, kept)
        db.engine.dispose()
    run(f"CREATE DATABASE {template} TEMPLATE {name} STRATEGY FILE_COPY")
    structure = way_back.Structure()

    def renew() -> None:
        with app.app_context():
            cache.forget()
        if not structure.is_touched:
            with suppress(sa.exc.OperationalError):
                way_back.put_back_postgres(beside, kept)
                return
        with app.app_context():
            db.engine.dispose()
        beside.dispose()
        run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        structure.is_touched = False

    return app, renew


@pytest.fixture(params=["sqlite", "postgresql"])
def database_name(request: pytest.FixtureRequest) -> str:
    """Every test that touches data runs on both databases."""
    return str(request.param)


@pytest.fixture
def app(database_name: str, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app with an empty (migrated) database; an app context is open. Forms need no CSRF token here (tests/web proves the token)."""
    prepared: PreparedApp = request.getfixturevalue("sqlite_app" if database_name == "sqlite" else "postgres_app")
    app, renew = prepared
    renew()
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Browser
    with app.app_context():
        anchors.file().unlink(missing_ok=True)  # they are of the log of another test
        shutil.rmtree(objects.store().root, ignore_errors=True)  # these files are, too
        yield app
        db.session.remove()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def centre(app: Flask) -> Centre:
    """The service centre West Lake."""
    return make_centre("XH")


@pytest.fixture
def make_staff(app: Flask) -> Callable[..., StaffMember]:
    """make_staff('reviewer', username='li', centre=None) adds a staff member who signs in with PASSWORD."""
    return staff.make_staff


@pytest.fixture
def clerk(centre: Centre) -> StaffMember:
    """Takes cases in at the counter of West Lake, and hands cards over there."""
    return staff.make_staff("intake_clerk", username="clerk", centre=centre)


@pytest.fixture
def reviewer(app: Flask) -> StaffMember:
    """Decides."""
    return staff.make_staff("reviewer", username="reviewer")


@pytest.fixture
def colleague(app: Flask) -> StaffMember:
    """Another reviewer."""
    return staff.make_staff("reviewer", username="colleague")


@pytest.fixture
def supervisor(app: Flask) -> StaffMember:
    """Sees the whole office, hands cases over, reopens."""
    return staff.make_staff("supervisor", username="supervisor")


@pytest.fixture
def mailer(app: Flask) -> StaffMember:
    """Works in the mailroom."""
    return staff.make_staff("mailroom_clerk", username="mailer")


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """sign_in('reviewer') or sign_in(member): a browser signed in as that person."""

    def enter(who: str | StaffMember, **changes: object) -> FlaskClient:
        member = staff.make_staff(who, **changes) if isinstance(who, str) else who
        browser = app.test_client()
        answer = browser.post("/sign-in", data={"username": member.username, "password": staff.PASSWORD})
        assert answer.status_code == 302, answer.text
        return browser

    return enter


@pytest.fixture
def count_statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_statements() as statements:` collects the SQL that is sent inside the block."""
    return counted_statements
