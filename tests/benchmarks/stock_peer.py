"""The peer: a stock Flask-AppBuilder ModelView over the same application table, in a process of its own.

Run as `python -m tests.benchmarks.stock_peer URL ROUNDS`; prints one JSON object per measured page.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask
from flask_appbuilder import AppBuilder, Model, ModelView
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Column, Date, DateTime, ForeignKey, Integer, String
from sqlalchemy.orm import relationship

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
        WTF_CSRF_ENABLED=False,
        FAB_ADD_SECURITY_API=False,
        AUTH_ROLE_ADMIN="Admin",
        FAB_CREATE_DB=True,
        FAB_UPDATE_PERMS=True,
    )
    db = SQLAlchemy(app, metadata=Model.metadata)
    with app.app_context():
        builder = AppBuilder(app, db.session)
        builder.add_view(ApplicationView, "Applications")
        builder.add_view(ResidentView, "Residents")
        if not builder.sm.find_user(USERNAME):
            builder.sm.add_user(USERNAME, "Bench", "Mark", "bench@example.invalid", builder.sm.find_role("Admin"), password=PASSWORD)
        app.extensions["bench_engine"] = db.engine
    return app


PAGES = {
    "queue": "/applicationview/list/",
    "status filter": "/applicationview/list/?_flt_3_status=submitted",
    "name search": "/residentview/list/?_flt_2_name=王",
    "case": "/applicationview/show/{id}",
}


def time_pages(get: Callable[[str], tuple[int, int]], pages: dict[str, str], rounds: int, engine: sa.Engine) -> list[dict[str, object]]:
    """Median, p95 (milliseconds), statements and bytes of each page; `get` returns status and length."""
    counted = [0]
    sa.event.listen(engine, "before_cursor_execute", lambda *_: counted.__setitem__(0, counted[0] + 1))
    results: list[dict[str, object]] = []
    for name, path in pages.items():
        get(path)
        times: list[float] = []
        size = 0
        counted[0] = 0
        for _ in range(rounds):
            start = time.perf_counter()
            status, size = get(path)
            times.append((time.perf_counter() - start) * 1000)
            if status != 200:
                raise SystemExit(f"{name}: status {status}")
        times.sort()
        results.append(
            {
                "page": name,
                "median_ms": round(statistics.median(times), 2),
                "p95_ms": round(times[max(0, int(len(times) * 0.95) - 1)], 2),
                "statements": counted[0] // rounds,
                "bytes": size,
            }
        )
    return results


def main() -> None:
    """Measure the peer's pages."""
    url, rounds = sys.argv[1], int(sys.argv[2])
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
        sys.stdout.write(json.dumps(time_pages(get, pages, rounds, engine)) + "\n")


if __name__ == "__main__":
    main()
