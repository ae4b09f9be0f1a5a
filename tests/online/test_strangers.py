"""Strangers leave nothing behind: no row, no cookie; their forms are taken from our own pages alone (O-6 of the door's tests)."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.online import queries
from tests.routes import checksum, routes

HERE = {"latitude": "30.2741", "longitude": "120.1551"}


def stamp(browser: FlaskClient, page: str = "/online/centres") -> str:
    """The stamp of the form on a page."""
    found = re.search(r'name="stamp" value="([^"]+)"', browser.get(page).text)
    assert found
    return found[1]


def test_reading_and_refused_forms_leave_no_row_and_no_cookie(app: Flask, client: FlaskClient, centre: Centre) -> None:
    before, pages = checksum(without=()), [route.rule for route in routes(app) if route.rule.startswith("/online/")]
    for path in {page.replace("<code>", centre.code) for page in pages}:
        for _again in range(3):
            answers = client.get(path), client.get(f"{path}?lang=zh&text=large"), client.post(path), client.post(path, data={"stamp": "x"})
            assert [answer.headers.getlist("Set-Cookie") for answer in answers] == [[]] * 4, path
    assert checksum(without=()) == before


def test_control_a_page_of_the_desk_gives_a_stranger_a_cookie(client: FlaskClient) -> None:
    assert client.get("/sign-in").headers.getlist("Set-Cookie")


def test_who_is_signed_in_at_the_desk_is_a_stranger_here(sign_in: Callable[..., FlaskClient], centre: Centre) -> None:
    browser = sign_in("reviewer", username="li")
    sessions = sa.text("SELECT count(*) FROM browser_session")
    before = db.session.scalar(sessions)
    answer = browser.get("/online/")
    assert answer.status_code == 200
    assert answer.headers.getlist("Set-Cookie") == []
    assert "li" not in re.findall(r">([^<>]+)<", answer.text)
    assert db.session.scalar(sessions) == before
    assert browser.get("/account/").status_code == 200


def test_a_form_with_the_stamp_of_its_page_is_taken(client: FlaskClient, centre: Centre) -> None:
    assert client.post("/online/centres", data=HERE | {"stamp": stamp(client)}).status_code == 200


@pytest.mark.parametrize("sent", ["", "forged", "WyJwb3NpdGlvbiIsMSwieCJd.c2lnbmVk"])
def test_a_form_without_one_is_refused(client: FlaskClient, centre: Centre, sent: str) -> None:
    assert client.post("/online/centres", data=HERE | {"stamp": sent}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
def test_a_form_on_a_page_of_others_is_refused(client: FlaskClient, centre: Centre, headers: dict[str, str], status: int) -> None:
    assert client.post("/online/centres", data=HERE | {"stamp": stamp(client)}, headers=headers).status_code == status


def test_our_pages_let_the_browser_say_where_a_form_stood(client: FlaskClient) -> None:
    assert client.get("/online/").headers["Referrer-Policy"] == "same-origin"


def test_a_stamp_is_good_for_hours_and_not_for_days(client: FlaskClient, centre: Centre) -> None:
    old = stamp(client)
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        assert client.post("/online/centres", data=HERE | {"stamp": old}).status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=3), tick=False):
        refused = client.post("/online/centres", data=HERE | {"stamp": old})
    assert (refused.status_code, "This form has expired" in refused.text) == (400, True)


def test_of_a_place_only_about_a_hundred_metres_are_used() -> None:
    assert queries.rounded(30.27449, 120.15511) == (30.274, 120.155)
