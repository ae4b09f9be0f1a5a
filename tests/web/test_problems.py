"""Whatever goes wrong under /api answers as application/problem+json, in the reader's language, with nothing of the inside."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError

from admin_app.foundation.errors import Conflict, DomainError, NotAllowed, NotFound
from admin_app.web import error_pages, problems

INTERNALS = re.compile(r"Traceback|werkzeug|sqlalchemy|RuntimeError|/admin_app/|\.py\b|SELECT |secret detail|<html")
ERRORS = [
    (NotAllowed("Not for you."), 403),
    (NotFound("No such card."), 404),
    (Conflict("Li Min was faster."), 409),
    (DomainError("The photo is missing."), 422),
    (CSRFError("secret detail"), 400),
    (RuntimeError("secret detail"), 500),
    (OperationalError("SELECT secret detail", {}, Exception("secret detail")), 500),
]


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.mimetype == problems.MEDIA_TYPE
    assert not INTERNALS.search(answer.get_data(as_text=True))
    assert answer.json["status"] == status
    assert answer.json["title"]
    assert answer.json["detail"]
    return dict(answer.json)


@pytest.mark.parametrize("address", ["/api", "/api/", "/api/v1/no-such", "/api/no/such/place"])
def test_an_unknown_address_of_programs_is_a_problem(client: FlaskClient, address: str) -> None:
    found = assert_problem(client.get(address), 404)
    assert re.fullmatch(r"urn:request:\d{4}-\d{4}-\d{4}", found["instance"])


def test_an_address_that_only_begins_alike_is_a_page(client: FlaskClient) -> None:
    assert client.get("/apis").mimetype == "text/html"


def test_a_method_that_nobody_declares_is_a_problem(client: FlaskClient) -> None:
    assert_problem(client.put("/api/v1/applications"), 405)


def test_the_sentence_is_in_the_language_that_is_asked_for(client: FlaskClient) -> None:
    texts = {language: client.get("/api/v1/x", headers={"Accept-Language": language}).json["title"] for language in ("en", "zh-CN")}
    assert texts["en"] == "Not found"
    assert re.search("[\u4e00-\u9fff]", texts["zh-CN"])


@pytest.mark.parametrize(("error", "status"), ERRORS, ids=lambda value: type(value).__name__)
def test_whatever_is_raised_there_is_a_problem(app: Flask, error: Exception, status: int) -> None:
    # Under /api/v1 the contract says what programs are told: tests/intake_api.
    with app.test_request_context("/api/no/such/place"):
        answer = app.make_response(app.handle_user_exception(error))
    found = assert_problem(answer, status)
    if isinstance(error, DomainError):
        assert found["detail"] == str(error.message)


@pytest.mark.parametrize("status", sorted(error_pages.TEXTS))
def test_every_status_that_has_a_page_has_a_problem(app: Flask, status: int) -> None:
    with app.test_request_context("/api/v1/applications"):
        answer = app.make_response(error_pages.page(status))
    assert assert_problem(answer, status)["title"] == str(error_pages.TEXTS[status][0])
