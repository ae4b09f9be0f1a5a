"""A PostgreSQL server that is stopped in the middle of its work, as a machine that hangs: told within five seconds, well within ten."""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.factory import create_app
from admin_app.foundation import patience
from admin_app.foundation.database import db
from admin_app.foundation.jobs import operations as jobs
from tests.apps import make_settings, opened
from tests.databases.server import started
from tests.factories.staff import PASSWORD, make_staff

pytestmark = pytest.mark.proof
TOLD_SECONDS, WELL_SECONDS, PAUSE_SECONDS = 5.0, 10.0, 30.0
FOLDER = Path(tempfile.gettempdir()) / f"card-desk-silent-{os.getpid()}"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An office of its own on a server of its own, which can be stopped without hurting anybody."""
    url = sa.make_url(started(FOLDER, os.getpid())).set(drivername="postgresql+psycopg")
    app = create_app(make_settings(tmp_path_factory.mktemp("silent"), url.render_as_string(hide_password=False)))
    with opened(app):
        flask_migrate.upgrade()
        make_staff("reviewer", username="reviewer")
        app.config["PROPAGATE_EXCEPTIONS"] = False
        yield app


@pytest.fixture
def browser(office: Flask) -> FlaskClient:
    """Signed in, with connections that are in use."""
    browser = office.test_client()
    assert browser.post("/sign-in", data={"username": "reviewer", "password": PASSWORD}).status_code == 302
    assert browser.get("/queue/").status_code == 200
    return browser


def processes() -> list[int]:
    """The server and all its children."""
    server = int((FOLDER / "postmaster.pid").read_text().split()[0])
    children = (Path("/proc") / str(server) / "task" / str(server) / "children").read_text().split()
    return [server, *map(int, children)]


def signalled(which: signal.Signals) -> None:
    for process in processes():
        with suppress(ProcessLookupError):
            os.kill(process, which)


@pytest.fixture
def stopped() -> Iterator[None]:
    """The server hears everything and says nothing."""
    signalled(signal.SIGSTOP)
    yield
    signalled(signal.SIGCONT)


def timed(ask: Callable[[], Any]) -> tuple[Any, float]:
    began = time.monotonic()
    return ask(), time.monotonic() - began


REQUESTS: dict[str, Callable[[FlaskClient], Any]] = {
    "a page": lambda browser: browser.get("/queue/"),
    "a form": lambda browser: browser.post("/preferences/", data={"theme": "dark"}),
    "a sign-in": lambda browser: browser.post("/sign-in", data={"username": "reviewer", "password": PASSWORD}),
    "health": lambda browser: browser.get("/health"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_whoever_asks_a_stopped_server_is_told_in_time(office: Flask, browser: FlaskClient, stopped: None, name: str) -> None:
    if name == "a sign-in":
        browser.delete_cookie("card_desk")
    answer, seconds = timed(lambda: REQUESTS[name](browser))
    print(f"{name}: {answer.status_code} after {seconds:.2f} s")
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert seconds < TOLD_SECONDS
    assert name != "health" or answer.json["database"] == "unreachable"


def test_a_server_that_stops_in_the_middle_of_a_request_is_told_in_time(
    office: Flask, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = office.view_functions["QueueView.index"]

    def stop_then_ask(**arguments: Any) -> Any:
        signalled(signal.SIGSTOP)
        return view(**arguments)

    stop_then_ask.is_public = True  # type: ignore[attr-defined]
    monkeypatch.setitem(office.view_functions, "QueueView.index", stop_then_ask)
    try:
        answer, seconds = timed(lambda: browser.get("/queue/"))
    finally:
        signalled(signal.SIGCONT)
    print(f"in the middle: {answer.status_code} after {seconds:.2f} s")
    assert answer.status_code == 503 and seconds < TOLD_SECONDS


def test_after_half_a_minute_of_silence_the_desk_is_well_without_a_restart(office: Flask, browser: FlaskClient) -> None:
    signalled(signal.SIGSTOP)
    ends = time.monotonic() + PAUSE_SECONDS
    try:
        while time.monotonic() < ends:
            answer, seconds = timed(lambda: browser.get("/queue/"))
            assert (answer.status_code, seconds < TOLD_SECONDS) == (503, True)
    finally:
        signalled(signal.SIGCONT)
    began = time.monotonic()
    while browser.get("/queue/").status_code != 200:
        assert time.monotonic() - began < WELL_SECONDS
    print(f"well after {time.monotonic() - began:.2f} s")
    jobs.tick()
    assert browser.get("/health").json["database"] == "ok"
    assert db.engine.pool.checkedout() <= 1, "a request left a connection behind"  # type: ignore[attr-defined]


def test_control_without_patience_a_page_waits_as_long_as_the_server_is_silent(
    office: Flask, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "begin", lambda: None)
    monkeypatch.setattr(patience, "PING_SECONDS", 60.0)
    db.session.remove()
    signalled(signal.SIGSTOP)
    pid = os.fork()
    if pid == 0:
        time.sleep(8)
        signalled(signal.SIGCONT)
        os._exit(0)
    _answer, seconds = timed(lambda: browser.get("/queue/"))
    os.waitpid(pid, 0)
    assert seconds > 7
