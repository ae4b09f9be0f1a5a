"""The full office on each database, with a way back to how it was."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from admin_app.foundation import settings as settings_in_force
from admin_app.foundation.database import db
from tests.apps import PreparedApp, copy_database, opened
from tests.faults.full_office import furnish_fully
from tests.faults.furnished import FullOffice
from tests.routes import LETTERS


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def furnished(request: pytest.FixtureRequest, hashed_password: str) -> Iterator[FullOffice]:
    """The office, furnished once for all tests of a module."""
    prepared: PreparedApp = request.getfixturevalue("sqlite_app" if request.param == "sqlite" else "postgres_app")
    app, renew = prepared
    renew()
    with opened(app):
        people = furnish_fully(app, hashed_password)
        keep = _sqlite_copy if request.param == "sqlite" else _postgres_copy
        with keep() as put_back:
            cookies = {letter: people[letter].get_cookie("card_desk").value for letter in LETTERS}

            def restore() -> None:
                db.session.rollback()
                put_back()
                settings_in_force.use(app.config["SETTINGS"])
                people["-"].delete_cookie("card_desk")
                for letter, cookie in cookies.items():
                    people[letter].delete_cookie("card_desk")
                    people[letter].set_cookie("card_desk", cookie)

            yield FullOffice(app, people, restore)


@pytest.fixture
def full_office(furnished: FullOffice) -> FullOffice:
    """The office as it was furnished."""
    furnished.app.config["WTF_CSRF_ENABLED"] = False
    furnished.restore()
    return furnished


@contextmanager
def _sqlite_copy() -> Iterator[Callable[[], None]]:
    live = Path(db.engine.url.database or "")
    copy = live.with_name("full-office.db")
    copy_database(live, copy)
    yield lambda: copy_database(copy, live)
    copy.unlink()


@contextmanager
def _postgres_copy() -> Iterator[Callable[[], None]]:
    """Rows only: every table is emptied and filled again from a copy in another schema, in one go."""
    names = [table for table in sa.inspect(db.engine).get_table_names() if table != "alembic_version"]
    with _admin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA kept")
        for name in names:
            connection.exec_driver_sql(f'CREATE TABLE kept."{name}" AS TABLE public."{name}"')

    def put_back() -> None:
        with _admin() as connection:
            connection.exec_driver_sql("SET session_replication_role = replica")
            for name in names:
                connection.exec_driver_sql(f'DELETE FROM public."{name}"')
                connection.exec_driver_sql(f'INSERT INTO public."{name}" SELECT * FROM kept."{name}"')
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")

    yield put_back


@contextmanager
def _admin() -> Iterator[sa.Connection]:
    with db.engine.connect().execution_options(card_desk_write=True) as connection, connection.begin():
        yield connection
