"""Errors answer with a calm page in the reader's language, the right status and nothing of the inside."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import RequestEntityTooLarge

from admin_app.foundation import browser_sessions
from admin_app.foundation.errors import Conflict, DomainError, NotAllowed, NotFound
from admin_app.web import error_pages

INTERNALS = re.compile(r"Traceback|werkzeug|sqlalchemy|RuntimeError|/admin_app/|\.py\b|SELECT |secret detail")
Raising = Callable[[BaseException], FlaskClient]


@pytest.fixture
def raising(app: Flask, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch) -> Raising:
    """raising(error): a signed-in browser for whom /account/ raises that error."""

    def make(error: BaseException) -> FlaskClient:
        def broken(*args: Any, **kwargs: Any) -> None:
            raise error

        broken.is_public = True  # type: ignore[attr-defined]
        browser = sign_in("reviewer")
        monkeypatch.setitem(app.view_functions, "AccountView.index", broken)
        return browser

    return make


def assert_calm(answer: Any, status: int) -> None:
    assert answer.status_code == status
    assert str(error_pages.TEXTS[status][0]) in answer.text
    assert not INTERNALS.search(answer.text)
    assert re.search(r"give this number: \d{4}-\d{4}-\d{4}", answer.text)
    assert "<h1" in answer.text
    assert 'lang="en"' in answer.text


def test_an_unknown_address_is_not_found(client: FlaskClient) -> None:
    assert_calm(client.get("/no/such/place"), 404)


def test_a_method_that_a_route_does_not_declare_is_refused(client: FlaskClient) -> None:
    assert_calm(client.put("/sign-in"), 405)


def test_a_form_sent_after_sign_out_asks_to_sign_in(client: FlaskClient) -> None:
    answer = client.post("/account/password")
    assert_calm(answer, 401)
    assert 'href="/sign-in?next=/account/password"' in answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotAllowed("Not for you."), 403),
        (NotFound("No such card."), 404),
        (Conflict("Li Min was faster."), 409),
        (DomainError("The photo is missing."), 422),
    ],
)
def test_a_refused_deed_says_the_rule_in_its_own_words(raising: Raising, error: DomainError, status: int) -> None:
    answer = raising(error).get("/account/")
    assert_calm(answer, status)
    assert str(error.message) in answer.text


def test_a_request_that_is_too_large_says_so(raising: Raising) -> None:
    assert_calm(raising(RequestEntityTooLarge()).get("/account/"), 413)


@pytest.mark.parametrize("error", [RuntimeError("secret detail"), OperationalError("SELECT secret detail", {}, Exception("secret detail"))])
def test_a_fault_tells_nothing_of_the_inside(raising: Raising, error: Exception) -> None:
    answer = raising(error).get("/account/")
    assert_calm(answer, 500)


def test_a_fault_page_asks_the_database_nothing(app: Flask, raising: Raising, count_statements: Callable[[], Any]) -> None:
    browser = raising(RuntimeError("secret detail"))
    with count_statements() as statements:
        browser.get("/account/")
    assert not [text for text in statements if "FROM ab_user" in text]


def test_an_error_page_keeps_the_frame_for_whoever_is_signed_in(sign_in: Callable[..., FlaskClient]) -> None:
    text = sign_in("reviewer").get("/no/such/place").text
    assert 'id="sidebar"' in text
    assert 'id="sidebar"' not in sign_in("auditor").application.test_client().get("/no/such/place").text


def test_a_part_of_a_page_gets_only_the_message(client: FlaskClient) -> None:
    answer = client.get("/no/such/place", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert 'role="alert"' in answer.text
    assert str(error_pages.TEXTS[404][0]) in answer.text


@pytest.mark.parametrize("status", sorted(error_pages.TEXTS))
def test_every_status_has_a_page_of_its_own(app: Flask, status: int) -> None:
    with app.test_request_context("/account/"):
        text, answered = error_pages.page(status)
    assert answered == status
    assert str(error_pages.TEXTS[status][0]) in text
    assert not INTERNALS.search(text)


def test_a_database_that_does_not_answer_is_told_calmly(sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_key: str, **_more: object) -> None:
        raise OperationalError("SELECT secret detail", {}, Exception("secret detail"))

    browser = sign_in("reviewer")
    monkeypatch.setattr(browser_sessions, "load", unreachable)
    assert_calm(browser.get("/account/"), 503)
    assert_calm(browser.post("/preferences/", data={"language": "zh"}), 503)


def test_static_files_need_no_database(sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch) -> None:
    browser = sign_in("reviewer")
    monkeypatch.setattr(browser_sessions, "load", None)
    assert browser.get("/static/desk/shell.css").status_code == 200
