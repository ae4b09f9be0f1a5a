"""Every answer carries the security headers, whatever it is."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin_app.web import headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/sign-in"),
        ("GET", "/nothing-here"),
        ("GET", "/account/"),
        ("POST", "/account/"),
        ("PUT", "/sign-in"),
        ("GET", "/static/desk/shell.css"),
        ("GET", "/static/nothing-here.css"),
        ("HEAD", "/sign-in"),
    ],
)
def test_every_answer_carries_the_headers(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method)
    assert answer.headers["Content-Security-Policy"] == headers.POLICY
    for name, value in headers.HEADERS.items():
        assert answer.headers[name] == value


def test_the_policy_allows_nothing_inline_and_no_other_host() -> None:
    assert "unsafe" not in headers.POLICY
    assert not re.search(r"https?:|\*", headers.POLICY)
    assert headers.POLICY.startswith("default-src 'none'")


def test_pages_are_not_kept_by_the_browser_but_versioned_files_are(client: FlaskClient) -> None:
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
    assert client.get("/static/desk/shell.css").headers["Cache-Control"] == "no-cache"
    assert "immutable" in client.get("/static/desk/shell.css?v=abc").headers["Cache-Control"]


def test_a_script_that_sends_files_is_told_where_to_go_next(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/preferences/", data={"back": "/account/"}, headers={"X-Desk-Upload": "1"})
    assert answer.status_code == 200
    assert answer.headers["X-Desk-Location"] == "/account/"
    assert client.post("/preferences/", data={"back": "/account/"}).status_code == 302
