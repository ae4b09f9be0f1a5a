"""A request brings no more than its route takes; whoever sends more reads how much that is, in their language."""

import html
import io
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin_app.web import gate, request_limits
from admin_app.web.request_limits import FIELDS_BESIDE, FORM_BYTES, FORM_FIELDS, limits_of
from tests.routes import Route, address, routes

MULTIPART, URLENCODED = "multipart/form-data", "application/x-www-form-urlencoded"
ANY = (MULTIPART, URLENCODED, "application/json", "text/plain", "")
TAKE_FILES = {
    "/intake/<reference>/documents": 20,
    "/loss-reports/<public_id>/proof": 1,
    "/cards/<public_id>/hand-over": 1,
    "/cards/<public_id>/authority": 1,
    "/mailing/batches/<public_id>/post": 1,
    "/mailing/carrier-file/": 1,
    "/production/<public_id>/answers": 1,
}
SAYS = {"en": "A form may hold 500 KB of text in at most 2000 fields", "zh": "500 KB"}


def posts(app: Flask) -> list[Route]:
    """Every route that something can be sent to."""
    return [route for route in routes(app) if route.method == "POST"]


def without_limit(app: Flask, client: FlaskClient) -> Iterator[tuple[str, str, int]]:
    """(route, media type, status) where one byte more than its limit is not refused."""
    for route in posts(app):
        for media_type in ANY:
            most = limits_of(app, route.endpoint, media_type).body_bytes
            head = {"CONTENT_LENGTH": str(most + 1), "wsgi.input": io.BytesIO(b"")}
            answer = client.post(address(route), content_type=media_type, environ_overrides=head)
            if answer.status_code != 413:
                yield route.rule, media_type, answer.status_code


def test_only_the_forms_with_files_may_bring_more_than_texts(app: Flask) -> None:
    largest = app.config["MAX_CONTENT_LENGTH"]
    for route in posts(app):
        files = TAKE_FILES.get(route.rule, 0)
        allowed = {media_type: limits_of(app, route.endpoint, media_type) for media_type in ANY}
        assert allowed.pop(MULTIPART).body_bytes == (largest if files else FORM_BYTES), route
        assert {limits.body_bytes for limits in allowed.values()} == {FORM_BYTES}, route


def test_every_route_refuses_one_byte_more(app: Flask, client: FlaskClient) -> None:
    assert len(posts(app)) > 80
    assert list(without_limit(app, client)) == []


def test_control_a_gate_that_does_not_ask_is_found(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate.request_limits, "begin", lambda: None)
    assert len(list(without_limit(app, client))) > 80


@pytest.mark.parametrize("language", SAYS)
def test_a_form_that_is_too_long_is_told_how_long_it_may_be(sign_in: Callable[..., FlaskClient], language: str) -> None:
    browser = sign_in("intake_clerk")
    browser.post("/preferences/", data={"language": language})
    long = {"q": "字" * 60_000}
    fields = {f"field-{number}": "" for number in range(FORM_FIELDS + 50)}
    for sent in (
        browser.post("/search/", data=long),
        browser.post("/search/", data=fields),
        browser.post("/search/", data=fields, content_type=MULTIPART),
        browser.post("/search/", data={"q": "x" * (FORM_BYTES + 1)}, content_type=MULTIPART),
    ):
        assert sent.status_code == 413, sent.headers
        assert SAYS[language] in html.unescape(sent.text) and f'lang="{language}' in sent.text


@pytest.mark.parametrize(("language", "says"), [("en", "64 MB in all, 60 files and fields, and texts of 100 KB"), ("zh", "64 MB")])
def test_too_many_parts_or_too_long_a_text_beside_files_are_told_so(sign_in: Callable[..., FlaskClient], language: str, says: str) -> None:
    browser = sign_in("intake_clerk")
    browser.post("/preferences/", data={"language": language})
    parts = [(io.BytesIO(b"x"), f"{number}.jpg") for number in range(2 * TAKE_FILES["/intake/<reference>/documents"] + FIELDS_BESIDE + 9)]
    for data in ({"files": parts}, {"material": "x" * 150_000, "files": (io.BytesIO(b"x"), "1.jpg")}):
        answer = browser.post("/intake/none/documents", data=data)
        assert answer.status_code == 413 and says in html.unescape(answer.text)
    assert browser.post("/intake/none/documents", data={"files": [(io.BytesIO(b"x"), "1.jpg")]}).status_code == 404


def test_nobody_sends_much_without_signing_in(client: FlaskClient) -> None:
    data = {"files": (io.BytesIO(b"x" * (FORM_BYTES + 1)), "1.jpg")}
    assert client.post("/intake/none/documents", data=data).status_code == 401


class Slow:
    """A body that is there when the test says so; `began`: somebody reads it."""

    def __init__(self) -> None:
        self.began, self.go_on = threading.Event(), threading.Event()

    def read(self, _count: int = -1) -> bytes:
        self.began.set()
        self.go_on.wait(30)
        return b""


def asked(browser: FlaskClient, length: int, body: Any) -> int:
    """The status of an upload that says that it is so long."""
    return browser.post(
        "/intake/none/documents",
        content_type=f"{MULTIPART}; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(length), "wsgi.input": body},
    ).status_code


def test_more_than_two_of_the_largest_at_once_come_again(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    largest = app.config["MAX_CONTENT_LENGTH"]
    browsers, slow = [sign_in("intake_clerk") for _number in range(2)], [Slow(), Slow()]
    busy = [threading.Thread(target=asked, args=(browser, largest, body)) for browser, body in zip(browsers, slow, strict=True)]
    third = sign_in("intake_clerk")
    for thread in busy:
        thread.start()
    try:
        assert all(body.began.wait(30) for body in slow)
        assert asked(third, largest, io.BytesIO()) == 503
        assert asked(third, FORM_BYTES, io.BytesIO()) == 400, "small ones are read (and end too early)"
    finally:
        for body in slow:
            body.go_on.set()
        for thread in busy:
            thread.join(30)
    assert asked(third, largest, io.BytesIO()) == 400, "there is room again"
    with app.app_context():
        assert request_limits._BODIES.get().bytes == 0
