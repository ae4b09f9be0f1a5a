"""A form without its token, or with somebody else's, changes nothing."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin_app.staff import queries
from admin_app.staff.models import StaffMember
from tests.factories.staff import PASSWORD


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    """The app as it runs in the office: tokens are asked for."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def token(browser: FlaskClient, path: str = "/sign-in") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    assert found
    return found[1]


def test_signing_in_without_a_token_is_refused(guarded: Flask, make_staff: Callable[..., StaffMember]) -> None:
    member = make_staff("reviewer")
    browser = guarded.test_client()
    answer = browser.post("/sign-in", data={"username": member.username, "password": PASSWORD})
    assert answer.status_code == 400
    assert "This form has expired" in answer.text
    assert browser.get("/account/").status_code == 302


def test_signing_in_with_the_token_of_the_page_works(guarded: Flask, make_staff: Callable[..., StaffMember]) -> None:
    member = make_staff("reviewer")
    browser = guarded.test_client()
    answer = browser.post("/sign-in", data={"username": member.username, "password": PASSWORD, "csrf_token": token(browser)})
    assert answer.status_code == 302


def test_the_token_of_another_browser_is_refused(guarded: Flask, make_staff: Callable[..., StaffMember]) -> None:
    member = make_staff("reviewer")
    foreign = token(guarded.test_client())
    browser = guarded.test_client()
    token(browser)
    answer = browser.post("/sign-in", data={"username": member.username, "password": PASSWORD, "csrf_token": foreign})
    assert answer.status_code == 400


def test_a_preference_without_a_token_changes_nothing(guarded: Flask, make_staff: Callable[..., StaffMember]) -> None:
    member = make_staff("reviewer", language="en")
    browser = guarded.test_client()
    browser.post("/sign-in", data={"username": member.username, "password": PASSWORD, "csrf_token": token(browser)})
    assert browser.post("/preferences/", data={"language": "zh", "back": "/account/"}).status_code == 400
    assert queries.by_id(member.id).language == "en"  # type: ignore[union-attr]


def test_a_form_from_another_site_is_refused_even_with_its_token(guarded: Flask) -> None:
    browser = guarded.test_client()
    good = token(browser)
    answer = browser.post("/preferences/", data={"language": "zh", "csrf_token": good}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
