"""The peer: a stock Flask-AppBuilder ModelView over the same application table, in a process of its own.

Run as `python -m tests.benchmarks.stock_peer URL`; a round for each line of standard input (timing.py).
"""

import os
import sys

import sqlalchemy as sa
from flask import Flask
from flask_appbuilder import AppBuilder, Model, ModelView
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Column, Date, DateTime, ForeignKey, Integer, String
from sqlalchemy.orm import relationship
from werkzeug.security import generate_password_hash

from admin_app.foundation import database
from tests.apps import FILE_KEY
from tests.benchmarks.timing import serve_rounds
from tests.owner import unguarded

USERNAME, PASSWORD = "bench", "bench password of the peer"


class Resident(Model):
    """The columns that a stock view would show."""

    __tablename__ = "resident"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))

    def __repr__(self) -> str:
        return str(self.name)


class Centre(Model):
    """Service centre."""

    __tablename__ = "centre"
    id = Column(Integer, primary_key=True)
    name_en = Column(String(80))

    def __repr__(self) -> str:
        return str(self.name_en)


class Application(Model):
    """The same table that our queue reads."""

    __tablename__ = "application"
    id = Column(Integer, primary_key=True)
    reference = Column(String(20))
    status = Column(String(20))
    reason = Column(String(20))
    channel = Column(String(10))
    due_on = Column(Date)
    received_at = Column(DateTime)
    resident_id = Column(Integer, ForeignKey("resident.id"))
    resident = relationship(Resident)
    centre_id = Column(Integer, ForeignKey("centre.id"))
    centre = relationship(Centre)

    def __repr__(self) -> str:
        return str(self.reference)


class ApplicationView(ModelView):
    """As the framework's documentation shows it; search columns named, or it would load a million residents as options."""

    datamodel = SQLAInterface(Application)
    list_columns = ["reference", "resident", "reason", "channel", "centre", "status", "due_on"]
    search_columns = ["reference", "status", "reason", "channel", "due_on"]
    base_order = ("due_on", "asc")
    page_size = 25


class ResidentView(ModelView):
    """Name search as the framework offers it: on the table that holds the name."""

    datamodel = SQLAInterface(Resident)
    list_columns = ["name"]
    search_columns = ["name"]
    page_size = 25


def create_peer(url: str) -> Flask:
    """A stock application on `url`, with its own tables for users beside ours."""
    app = Flask("stock_peer")
    app.config.update(
        SECRET_KEY="only for a benchmark on this machine",
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(url),
        WTF_CSRF_ENABLED=False,
        FAB_ADD_SECURITY_API=False,
        AUTH_ROLE_ADMIN="Admin",
        FAB_CREATE_DB=True,
        FAB_UPDATE_PERMS=True,
    )
    db = SQLAlchemy(app, metadata=Model.metadata)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            database.open_with(db.engine, FILE_KEY)
        builder = AppBuilder(app, db.session)
        builder.add_view(ApplicationView, "Applications")
        builder.add_view(ResidentView, "Residents")
        _add_administrator(db.engine, builder.sm.find_role("Admin").id)
        app.extensions["bench_engine"] = db.engine
    return app


def _add_administrator(engine: sa.Engine, role_id: int) -> None:
    """The peer's user; by hand, because the desk's table of users asks for more than the framework knows."""
    meta = sa.MetaData()
    meta.reflect(engine, only=["ab_user", "ab_user_role"])
    users, roles = meta.tables["ab_user"], meta.tables["ab_user_role"]
    row = {
        "username": USERNAME, "first_name": "Bench", "last_name": "Mark", "email": "bench@example.invalid", "active": True,
        "password": generate_password_hash(PASSWORD), "role": "administrator", "name_en": "Bench", "name_zh": "", "language": "en",
        "theme": "auto", "shortcuts_on": False, "must_change_password": False, "version": 1,
    }  # fmt: skip
    with engine.begin() as connection, unguarded(connection):
        if connection.execute(sa.select(users.c.id).where(users.c.username == USERNAME)).first() is None:
            user_id = connection.execute(users.insert().values(row)).inserted_primary_key[0]
            connection.execute(roles.insert().values(user_id=user_id, role_id=role_id))


PAGES = {
    "queue": "/applicationview/list/",
    "status filter, few": "/applicationview/list/?_flt_3_status=submitted",
    "status filter, most": "/applicationview/list/?_flt_3_status=approved",
    "three filters": "/applicationview/list/?_flt_3_status=submitted&_flt_3_reason=lost&_flt_3_channel=online",
    "name search": "/residentview/list/?_flt_2_name=王",
    "case": "/applicationview/show/{id}",
}


def main() -> None:
    """Measure the peer's pages."""
    url = sys.argv[1]
    os.environ.setdefault("TZ", "UTC")
    app = create_peer(url)
    client = app.test_client()
    client.post("/login/", data={"username": USERNAME, "password": PASSWORD})

    def get(path: str) -> tuple[int, int]:
        answer = client.get(path)
        return answer.status_code, len(answer.data)

    with app.app_context():
        engine = app.extensions["bench_engine"]
        with engine.connect() as connection:
            some_id = connection.execute(sa.text("SELECT max(id) / 2 FROM application")).scalar()
        pages = {name: path.format(id=int(some_id or 1)) for name, path in PAGES.items()}
    serve_rounds(get, pages, engine)


if __name__ == "__main__":
    main()
