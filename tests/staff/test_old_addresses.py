"""Where the framework's own screens would stand: every such address leads to our sign-in page, and no further than one may."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder import BaseView
from flask_appbuilder.babel.views import LocaleView
from flask_appbuilder.security import registerviews, views
from flask_appbuilder.views import UtilView


def screens() -> list[type[BaseView]]:
    """Every screen that the framework brings for signing in, accounts and rights, and its helpers."""
    ours = [screen for module in (views, registerviews) for _name, screen in inspect.getmembers(module, inspect.isclass)]
    own = [screen for screen in ours if screen.__module__ in (views.__name__, registerviews.__name__) and issubclass(screen, BaseView)]
    return [*own, LocaleView, UtilView]


def addresses() -> Iterator[str]:
    """Every address that reads one of them, with a value for each of its parts."""
    for screen in screens():
        base = f"/{screen.__name__.lower()}" if screen.route_base is None else screen.route_base
        for _name, member in inspect.getmembers(screen, inspect.isfunction):
            for url, methods in getattr(member, "_urls", ()):
                if "GET" in (methods or ("GET",)):
                    yield base + re.sub(r"<[^>]+>", "1", url)


OLD = sorted(set(addresses()))


def target_of(answer: Any) -> str:
    assert answer.status_code == 302, (answer.request.path, answer.status_code)
    return str(answer.headers["Location"])


def test_the_framework_would_have_dozens_of_addresses() -> None:
    known = {"/login/", "/logout/", "/users/list/", "/users/userinfo/", "/resetmypassword/form", "/roles/edit/1", "/register/form"}
    assert known <= set(OLD)
    assert len(OLD) > 60


def test_each_of_them_leads_to_the_sign_in_page(client: FlaskClient) -> None:
    led = {url: client.get(url, follow_redirects=True).request.path for url in OLD}
    assert {url: target for url, target in led.items() if target != "/sign-in"} == {}


@pytest.mark.parametrize("url", ["/login", "/logout", "/users"])
def test_one_without_its_last_slash_leads_there_too(client: FlaskClient, url: str) -> None:
    answer = client.get(url, follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, "/sign-in")


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("/login/", "/sign-in"),
        ("/login/?next=/queue/", "/sign-in?next=/queue/"),
        ("/login/?next=https://evil.example/", "/sign-in"),
        ("/login/?next=//evil.example/", "/sign-in"),
        ("/users/list/", "/sign-in?next=/staff/"),
        ("/users/userinfo/", "/sign-in?next=/account/"),
        ("/resetmypassword/form", "/sign-in?next=/account/"),
    ],
)
def test_whoever_signs_in_goes_on_to_what_was_asked_for_on_this_site(client: FlaskClient, url: str, target: str) -> None:
    assert target_of(client.get(url)) == target


def test_whoever_is_signed_in_lands_on_a_page_of_ours_and_stays_signed_in(sign_in: Any) -> None:
    browser = sign_in("administrator")
    for url, path in (("/login/", "/"), ("/logout/", "/"), ("/users/list/", "/staff/"), ("/users/userinfo/", "/account/")):
        answer = browser.get(url, follow_redirects=True)
        assert (answer.status_code, answer.request.path) == (200, path)


def test_nothing_is_taken_there(client: FlaskClient, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    assert client.post("/login/", data={"username": "admin", "password": "admin"}).status_code == 405


def test_control_an_address_that_was_never_one_leads_nowhere(client: FlaskClient) -> None:
    assert client.get("/logon/").status_code == 404
