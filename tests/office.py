"""A small demo office in which every address leads to a real record, with everybody signed in."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.demo import operations as demo
from admin_app.foundation import clock
from admin_app.foundation import settings as settings_in_force
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs.models import Job
from admin_app.staff.models import StaffMember
from tests.conftest import PASSWORD, Browser
from tests.routes import LETTERS


@dataclass(frozen=True)
class Office:
    """The app with a small demo office, a browser for everybody, and a copy of the database as it was then."""

    app: Flask
    people: dict[str, FlaskClient]
    copy: Path = Path()
    cookies: dict[str, str] = field(default_factory=dict)


@contextmanager
def opened(app: Flask) -> Iterator[None]:
    """The app as tests use it, with its context open."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Browser
    settings_in_force.use(app.config["SETTINGS"])
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def copy_database(source: Path, target: Path) -> None:
    """Everything of one SQLite database into another; both connections are closed, or later tests could not replace the file."""
    with closing(sqlite3.connect(source)) as from_here, closing(sqlite3.connect(target)) as to_there:
        from_here.backup(to_there)


def furnish(app: Flask, hashed_password: str) -> dict[str, FlaskClient]:
    """A small demo office with a draft and a job, so that addresses lead to real records, and the people signed in.

    Letters: the six roles, '-' not signed in, 'off' switched off after signing in, 'new' with a one-time password.
    """
    demo.load(12, seed=3, report=lambda _stage, _done, _total: None)
    with transaction() as session:
        draft = session.scalars(sa.select(Application).order_by(Application.id)).first()
        session.execute(sa.update(Application).where(Application.id == draft.id).values(status="draft", is_open=False))
        session.add(Job(name="none", dedupe_key="none", created_at=clock.now(), status="done"))
        for letter, role in (LETTERS | {"off": "administrator", "new": "administrator"}).items():
            session.add(
                StaffMember(
                    username=f"m-{letter}", first_name=letter, last_name="", email=f"{letter}@example.invalid", password=hashed_password,
                    active=True, role=role, name_en=letter, language="en", must_change_password=letter == "new",
                    centre_id=draft.centre_id if letter == "i" else None,
                )
            )  # fmt: skip
    people = {"-": app.test_client()}
    for letter in (*LETTERS, "off", "new"):
        people[letter] = app.test_client()
        assert people[letter].post("/sign-in", data={"username": f"m-{letter}", "password": PASSWORD}).status_code == 302
    with transaction() as session:
        session.execute(sa.update(StaffMember).where(StaffMember.username == "m-off").values(active=False))
    return people
