"""Language, theme and keys: chosen in the frame, kept with the person, shown by the server so that nothing flashes."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from admin_app.staff import queries
from admin_app.staff.models import StaffMember
from tests.factories.staff import PASSWORD
from tests.routes import routes


def html_tag(text: str) -> str:
    found = re.search(r"<html[^>]*>", text)
    assert found
    return found[0]


def test_the_language_is_chosen_before_signing_in(client: FlaskClient) -> None:
    assert 'lang="en"' in html_tag(client.get("/sign-in").text)
    answer = client.post("/preferences/", data={"language": "zh", "back": "/sign-in"})
    assert answer.headers["Location"] == "/sign-in"
    assert 'lang="zh-Hans"' in html_tag(client.get("/sign-in").text)


def test_the_browser_s_language_is_used_until_somebody_chooses(client: FlaskClient) -> None:
    assert 'lang="zh-Hans"' in html_tag(client.get("/sign-in", headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text)
    assert 'lang="en"' in html_tag(client.get("/sign-in", headers={"Accept-Language": "fr"}).text)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_in_the_first_byte_of_the_page(client: FlaskClient, theme: str) -> None:
    client.post("/preferences/", data={"theme": theme})
    assert f'data-bs-theme="{theme}"' in html_tag(client.get("/sign-in").text)


def test_without_a_choice_the_device_decides(client: FlaskClient) -> None:
    tag = html_tag(client.get("/sign-in").text)
    assert 'data-theme-choice="auto"' in tag
    assert "data-bs-theme" not in tag


def test_choices_stay_with_the_person(sign_in: Callable[..., FlaskClient], make_staff: Callable[..., StaffMember]) -> None:
    member = make_staff("reviewer", language="en")
    browser = sign_in(member)
    for choice in ({"language": "zh"}, {"theme": "dark"}, {"shortcuts": "off"}):
        browser.post("/preferences/", data=choice | {"back": "/account/"})
    kept = queries.by_id(member.id)
    assert kept is not None
    assert (kept.language, kept.theme, kept.shortcuts_on) == ("zh", "dark", False)
    page = sign_in(member).get("/account/").text
    assert 'lang="zh-Hans"' in html_tag(page)
    assert 'data-bs-theme="dark"' in html_tag(page)
    assert 'data-shortcuts="off"' in page


@pytest.mark.parametrize(("asked", "tag"), [("en-US,en;q=0.9,zh;q=0.5", "en"), ("zh-CN,zh;q=0.9,en;q=0.5", "zh-Hans")])
def test_every_page_follows_the_browser_of_somebody_who_never_chose(app, sign_in, make_staff, asked: str, tag: str) -> None:
    browser, found = sign_in(make_staff("supervisor", language="")), set()
    paths = {route.rule for route in routes(app) if route.method == "GET" and "<" not in route.rule}
    for path in sorted(paths):
        answer = browser.get(path, headers={"Accept-Language": asked})
        if answer.status_code == 200 and answer.mimetype == "text/html" and "<html" in answer.text:
            found.add(path)
            assert f'lang="{tag}"' in html_tag(answer.text), path
    assert len(found) > 12


def test_a_choice_before_signing_in_holds_for_somebody_who_never_chose(client: FlaskClient, make_staff: Callable[..., StaffMember]) -> None:
    make_staff("reviewer", language="")
    client.post("/preferences/", data={"language": "zh", "back": "/sign-in"})
    client.post("/sign-in", data={"username": "reviewer", "password": PASSWORD})
    assert 'lang="zh-Hans"' in html_tag(client.get("/account/", headers={"Accept-Language": "en"}).text)


def test_nobody_gets_the_language_of_who_was_here_before(client: FlaskClient, make_staff: Callable[..., StaffMember]) -> None:
    for name, language in (("first", "zh"), ("second", "")):
        make_staff("reviewer", username=name, language=language)
        client.post("/sign-in", data={"username": name, "password": PASSWORD})
        page = client.get("/account/", headers={"Accept-Language": "en"}).text
        client.post("/sign-out")
    assert 'lang="en"' in html_tag(page)


@pytest.mark.parametrize("choice", [{"language": "xx"}, {"theme": "<script>"}, {"shortcuts": "maybe"}, {}])
def test_an_unknown_choice_changes_nothing(client: FlaskClient, choice: dict[str, str]) -> None:
    assert client.post("/preferences/", data=choice).status_code == 302
    tag = html_tag(client.get("/sign-in").text)
    assert 'lang="en"' in tag
    assert 'data-theme-choice="auto"' in tag


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "\\\\elsewhere.example", "javascript:1", ""])
def test_a_choice_never_leads_to_another_site(client: FlaskClient, back: str) -> None:
    assert client.post("/preferences/", data={"language": "en", "back": back}).headers["Location"] == "/"


def test_a_page_that_answered_a_form_is_not_asked_for_again(sign_in: Callable[..., FlaskClient]) -> None:
    text = sign_in("reviewer").post("/account/password", data={"current": "x", "new": "y"}).text
    assert 'name="back" value="/account/password"' in text


def test_an_unknown_address_is_left_by_the_language_switch(sign_in: Callable[..., FlaskClient]) -> None:
    assert 'name="back" value="/"' in sign_in("reviewer").get("/no/such/place").text
