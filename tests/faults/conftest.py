"""The full office on each database, with a way back to how it was."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.foundation import settings as settings_in_force
from admin_app.foundation.database import db
from admin_app.mailing.models import Label, Parcel
from tests.conftest import PreparedApp
from tests.faults.full_office import furnish_fully
from tests.forms import Crawler, Form, Sender, forms_in
from tests.office import copy_database, opened
from tests.routes import LETTERS, routes


@dataclass
class FullOffice:
    """The app, a browser for everybody, and restore(), which puts everything back; the crawl is made when somebody asks for it."""

    app: Flask
    people: dict[str, FlaskClient]
    restore: Callable[[], None]

    @cached_property
    def crawler(self) -> Crawler:
        """Every page that the people reach, and its forms."""
        return Crawler(self.app, self.people).crawl("-" + "".join(LETTERS), also=in_every_state())

    @cached_property
    def forms(self) -> list[Form]:
        """Samples of every form that a page shows."""
        found = with_answers(self)
        self.restore()
        return found

    @property
    def sender(self) -> Sender:
        """Sends forms as these people."""
        return Sender(self.app, self.people)


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


def in_every_state() -> list[str]:
    """The pages of one case in each state, of one parcel with a reprint, and of one draft for each reason."""
    cases = db.session.execute(sa.select(Application.reference, Application.status, Application.reason).order_by(Application.id))
    found = {(status, reason): reference for reference, status, reason in cases}
    reprinted = db.session.scalars(sa.select(Parcel.public_id).join(Label).where(Label.copy > 1))
    return [
        *(f"/applications/{reference}" for reference in found.values()),
        *(f"/intake/{reference}" for (status, _reason), reference in found.items() if status == "draft"),
        *(f"/mailing/parcels/{public_id}" for public_id in reprinted),
    ]


def with_answers(office: FullOffice) -> list[Form]:
    """Samples of every form, those included that stand only in the answer to another one (a confirmation, a page of steps)."""
    found = office.crawler.samples()
    for rule in missing_rules(office, found):
        for before in sorted(found, key=lambda form: -shared_start(form.rule, rule)):
            office.restore()
            _answer, text = office.sender.send(before)
            page = before.action if before.rule != rule else before.page
            later = [one for one in forms_in(office.app, text, letter=before.letter, page=page, before=before) if one.rule == rule]
            if later:
                found += later[:1]
                break
    return found


def shared_start(one: str, other: str) -> int:
    """How many steps two addresses have in common; what comes next is usually near."""
    steps = zip(one.split("/"), other.split("/"), strict=False)
    return next((place for place, (here, there) in enumerate(steps) if here != there), 99)


def missing_rules(office: FullOffice, forms: list[Form]) -> list[str]:
    """POST rules that none of these forms is sent to."""
    return sorted({route.rule for route in routes(office.app) if route.method == "POST"} - {form.rule for form in forms})
