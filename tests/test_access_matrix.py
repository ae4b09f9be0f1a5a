"""Every route x method x person against one table (access_matrix.txt); GET and HEAD change nothing, anywhere."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.foundation.database import db, transaction
from admin_app.staff.models import StaffMember
from tests.access_table import CLIENT_TABLE, TABLE
from tests.apps import PreparedApp, opened
from tests.databases.way_back import copy_sqlite
from tests.office import Office, furnish
from tests.routes import PUBLIC, RESIDENT, SIGNED_IN_ONLINE, Route, address, checksum, client_routes, routes

NOT_SERVED = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
WITHOUT_EXAMPLE = {
    "/residents/new/<token>",
    "/search/<token>",
    "/intake/<reference>/held/<token>",
    "/intake/<reference>/held/<token>/pages/<number>",
    "/cards/<public_id>/held/<token>",
    "/cards/<public_id>/held/<token>/pages/<number>",
    "/loss-reports/<public_id>/held/<token>",
    "/loss-reports/<public_id>/held/<token>/pages/<number>",
    "/static/<filename>",
    "/mailing/batches/<public_id>/carrier/<parcel_id>/label.pdf",  # of a carrier that is there: tests/mailing/test_carrier_page.py
    "/lists/files/<public_id>",
    "/lists/files/<public_id>/content",
}
"""Addresses that live for minutes only, files that a job draws first, and those that only who ordered them finds."""
ENDING = "/staff/members/<username>"
"""What the rules begin with that end sessions of others: they are tried last."""
STRANGERS = ("-", SIGNED_IN_ONLINE)
"""Who holds no cookie of the desk."""
REACHED = {200, 302, 409, 422}
"""A page was shown, or the record was found and is not in the right state for it."""


@pytest.fixture(scope="module")
def sqlite_office(sqlite_app: PreparedApp) -> Iterator[Office]:
    """On SQLite, with a copy of the database to go back to before each test."""
    app, renew = sqlite_app
    renew()
    with opened(app):
        people = furnish(app)
        live = Path(db.engine.url.database or "")
        copy = live.with_name("office.db")
        copy_sqlite(live, copy)
        cookies = {letter: browser.get_cookie("card_desk").value for letter, browser in people.items() if letter not in STRANGERS}
        yield Office(app, people, copy, cookies)
    copy.unlink()


@pytest.fixture
def office(sqlite_office: Office) -> Iterator[Office]:
    """The furnished office as it was when everybody had signed in."""
    db.session.rollback()
    copy_sqlite(sqlite_office.copy, Path(db.engine.url.database or ""))
    for letter, cookie in sqlite_office.cookies.items():
        sqlite_office.people[letter].delete_cookie("card_desk")
        sqlite_office.people[letter].set_cookie("card_desk", cookie)
    sqlite_office.app.config["WTF_CSRF_ENABLED"] = False
    yield sqlite_office
    db.session.rollback()


@pytest.fixture
def postgres_office(postgres_app: PreparedApp) -> Iterator[Office]:
    """On PostgreSQL, for one test."""
    app, renew = postgres_app
    renew()
    with opened(app):
        yield Office(app, furnish(app))


def send(browser: FlaskClient, method: str, url: str) -> Any:
    """One request; a POST carries a form that no page ever sent."""
    return browser.open(url, method=method, data={"nonsense": "1"} if method == "POST" else None)


def is_allowed(route: Route, letter: str) -> bool:
    who = TABLE[route.key]
    if who == PUBLIC:
        return True
    return letter in who or (letter == "new" and route.permission == "account")


def was_refused(answer: Any, letter: str, route: Route) -> bool:
    """Signed in: 403. Not signed in or switched off: the sign-in page or 401. One-time password: the page that asks for another one.

    Pages of residents are refused alike to everybody who is none.
    """
    if route.permission.startswith(RESIDENT):
        return answer.status_code == 401 or (answer.status_code == 302 and answer.headers["Location"].startswith("/online/"))
    if letter in (*STRANGERS, "off"):
        return answer.status_code == 401 or (answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in"))
    if letter == "new":
        return answer.status_code == 302 and answer.headers["Location"] == "/account/password"
    return answer.status_code == 403


def test_the_table_names_every_route_and_no_other(office):
    assert {route.key for route in routes(office.app)} == set(TABLE)


def test_what_the_views_declare_is_what_the_table_says(office):
    assert {route.key: route.declared for route in routes(office.app) if TABLE.get(route.key) != route.declared} == {}


def test_every_route_of_programs_is_in_the_table_with_its_scope(office):
    assert {route.key: route.permission for route in client_routes(office.app)} == CLIENT_TABLE != {}


def test_nobody_of_the_staff_is_let_in_where_programs_are(office):
    before, wrong = checksum(), []
    for route in client_routes(office.app):
        for number, (letter, browser) in enumerate(office.people.items()):
            here = {"REMOTE_ADDR": f"198.51.100.{number}"}  # who tries keys is told to wait
            answer = browser.open(address(route), method=route.method, environ_overrides=here)
            if (answer.status_code, answer.mimetype) != (401, "application/problem+json") or "Set-Cookie" in answer.headers:
                wrong.append((route.key, letter, answer.status_code))
    assert wrong == []
    assert checksum() == before


def test_every_refused_cell_is_refused_and_changes_nothing(office):
    before, wrong = checksum(), []
    for route in routes(office.app):
        url = address(route)
        for letter, browser in office.people.items():
            if not is_allowed(route, letter):
                answer = send(browser, route.method, url)
                if not was_refused(answer, letter, route):
                    wrong.append((route.key, letter, answer.status_code))
    assert wrong == []
    assert checksum() == before


def test_every_allowed_cell_is_let_in_and_no_page_breaks(office):
    wrong = []
    for route in sorted(routes(office.app), key=lambda route: route.rule.startswith(ENDING)):
        url = address(route)
        for letter, browser in office.people.items():
            # Signing out on the way would make the rest anonymous; tests/staff proves it.
            if is_allowed(route, letter) and route.rule != "/sign-out":
                status = send(browser, route.method, url).status_code
                if status >= 500 or (status in (401, 403) and TABLE[route.key] != PUBLIC):
                    wrong.append((route.key, letter, status))
    assert wrong == []


def test_other_methods_are_served_nowhere(office):
    wrong = []
    for url in {address(route) for route in (*routes(office.app), *client_routes(office.app))}:
        for letter, method in [("-", method) for method in NOT_SERVED] + [("d", "DELETE")]:
            status = office.people[letter].open(url, method=method).status_code
            if status != 405:
                wrong.append((method, url, letter, status))
    assert wrong == []


def test_reading_changes_nothing_anywhere_on_sqlite(office):
    read_everything(office)


def test_reading_changes_nothing_anywhere_on_postgresql(postgres_office):
    read_everything(postgres_office)


def read_everything(office: Office) -> None:
    """GET every page as everybody who may, until it really opens, and HEAD as well; no table changes."""
    before, missed = checksum(), set()
    for route in routes(office.app):
        if route.method == "GET":
            readers = [letter for letter in office.people if is_allowed(route, letter)]
            found = {office.people[letter].get(address(route)).status_code for letter in readers}
            found |= {office.people[letter].head(address(route)).status_code for letter in readers[:2]}
            assert max(found) < 500, route.key
            if not found & REACHED:
                missed.add((route.rule, *found))
    assert checksum() == before
    assert {rule for rule, *_statuses in missed} <= WITHOUT_EXAMPLE, (
        f"{missed}: these pages were not really opened: give tests/routes.py an example"
    )


def writing_past_the_gate() -> str:
    with db.engine.connect().execution_options(card_desk_write=True) as connection, connection.begin():
        connection.execute(sa.update(StaffMember.__table__).values(name_en="changed"))
    return "done"


def writing_as_a_view_would() -> str:
    with transaction():
        db.session.scalars(sa.select(StaffMember)).first().name_en = "changed"
    return "done"


def test_control_a_page_that_writes_past_the_gate_is_noticed(office, monkeypatch):
    monkeypatch.setitem(office.app.view_functions, "AliveView.health", public(writing_past_the_gate))
    before = checksum()
    office.people["-"].get("/health")
    assert checksum() != before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_control_a_page_that_opens_a_transaction_is_refused(office, monkeypatch, method):
    monkeypatch.setitem(office.app.view_functions, "AliveView.health", public(writing_as_a_view_would))
    before = checksum()
    assert office.people["-"].open("/health", method=method).status_code == 500
    assert checksum() == before


def public(view: Callable[[], str]) -> Callable[[], str]:
    view.is_public = True  # type: ignore[attr-defined]
    return view


def test_control_a_new_route_without_a_line_is_noticed():
    other = Flask("other")
    other.add_url_rule("/new", view_func=public(writing_as_a_view_would), methods=["GET"])
    assert {route.key for route in routes(other)} - set(TABLE) == {"GET /new"}


def test_a_post_from_another_site_is_refused(office):
    wrong = []
    for route in routes(office.app):
        if route.method == "POST":
            headers = {"Sec-Fetch-Site": "cross-site"}
            status = office.people["d"].post(address(route), headers=headers).status_code
            if status != 403:
                wrong.append((route.key, status))
    assert wrong == []


def test_a_post_without_a_token_is_refused(office):
    office.app.config["WTF_CSRF_ENABLED"] = True
    before, wrong = checksum(), []
    for route in routes(office.app):
        if route.method == "POST":
            browser = office.people[SIGNED_IN_ONLINE if route.permission.startswith(RESIDENT) else "s"]
            for token in (None, "forged"):
                status = browser.post(address(route), data={"csrf_token": token} if token else {}).status_code
                if status != 400:
                    wrong.append((route.key, token, status))
    assert wrong == []
    assert checksum() == before
