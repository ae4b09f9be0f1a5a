"""Passkeys: added beside the authenticator, asked for after the password; another site, question, key or an old count prove nothing."""

import html
import re
from typing import Any

import pytest
import sqlalchemy as sa

from admin_app.foundation.database import db
from admin_app.staff import queries
from admin_app.staff.models import Passkey
from tests.factories.staff import PASSWORD, code_of_now, give_second_factor
from tests.software_key import SoftwareKey


def options_on(page: str) -> str:
    """What the page lets the browser ask the device."""
    return html.unescape(re.search(r'data-options="([^"]*)"', page)[1])


def add(browser: Any, key: SoftwareKey, name: str = "My stick") -> Any:
    options = options_on(browser.get("/account/passkeys/").text)
    return browser.post("/account/passkeys/add", data={"name": name, "credential": key.make(options)})


def half(app: Any, username: str = "li") -> Any:
    browser = app.test_client()
    assert browser.post("/sign-in", data={"username": username, "password": PASSWORD}).headers["Location"] == "/sign-in/code"
    return browser


def prove(browser: Any, key: SoftwareKey) -> Any:
    options = options_on(browser.get("/sign-in/code").text)
    return browser.post("/sign-in/passkey", data={"credential": key.sign(options)})


def actions() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.text("SELECT action FROM audit_entry ORDER BY id")))


@pytest.fixture
def li(sign_in, make_staff):
    """Somebody signed in with an authenticator."""
    member = make_staff("reviewer", username="li")
    browser = sign_in(member)
    give_second_factor(member)
    return browser


@pytest.fixture
def key(li):
    """A key that li added."""
    made = SoftwareKey()
    assert add(li, made).status_code == 302
    return made


def test_a_passkey_stands_under_its_name_and_in_the_log(li, key):
    page = li.get("/account/passkeys/").text
    assert "My stick" in page and actions()[-1] == "staff.passkey_added"


def test_password_and_passkey_open_the_desk(app, li, key):
    browser = half(app)
    assert browser.get("/account/").status_code == 302
    assert prove(browser, key).headers["Location"] == "/"
    assert browser.get("/account/").status_code == 200
    assert actions()[-1] == "staff.signed_in"


def test_the_code_of_the_authenticator_goes_on_working_without_script(app, li, key):
    assert half(app).post("/sign-in/code", data={"verification_code": code_of_now()}).status_code == 302


@pytest.mark.parametrize("lie", [{"origin": "http://localhost.example"}, {"origin": "https://localhost"}, {"host": "elsewhere.example"}])
def test_a_passkey_of_another_site_cannot_be_added(li, lie):
    answer = add(li, SoftwareKey(**lie))
    assert answer.status_code == 422 and "could not be added" in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Passkey.id))) == 0


@pytest.mark.parametrize("lie", [{"origin": "http://localhost.example"}, {"origin": "https://localhost"}, {"host": "elsewhere.example"}])
def test_a_signature_for_another_site_opens_nothing(app, li, key, lie):
    for name, value in lie.items():
        setattr(key, name, value)
    browser = half(app)
    assert prove(browser, key).status_code == 422
    assert browser.get("/account/").status_code == 302
    assert actions()[-1] == "staff.code_refused"


def test_control_the_same_key_for_this_site_opens_the_desk(app, li, key):
    assert prove(half(app), key).status_code == 302


@pytest.mark.parametrize("back", [1, 2])
def test_a_count_that_did_not_move_on_opens_nothing(app, li, key, back):
    key.uses = 6
    assert prove(half(app), key).status_code == 302
    key.uses -= back
    assert prove(half(app), key).status_code == 422


def test_a_signature_is_taken_once(app, li, key):
    browser = half(app)
    answer = key.sign(options_on(browser.get("/sign-in/code").text))
    assert browser.post("/sign-in/passkey", data={"credential": answer}).status_code == 302
    assert half(app).post("/sign-in/passkey", data={"credential": answer}).status_code == 422


def test_the_answer_to_another_question_opens_nothing(app, li, key):
    browser = half(app)
    answer = key.sign(options_on(browser.get("/sign-in/code").text))
    browser.get("/sign-in/code")
    assert browser.post("/sign-in/passkey", data={"credential": answer}).status_code == 422


def test_the_passkey_of_somebody_else_opens_nothing(app, li, key, sign_in, make_staff):
    wang = make_staff("reviewer", username="wang")
    other = sign_in(wang)
    give_second_factor(wang)
    theirs = SoftwareKey()
    add(other, theirs)
    assert prove(half(app), theirs).status_code == 422


@pytest.mark.parametrize("nonsense", ["", "x", "[]", "{}", '{"id": 5}', '{"id": "' + "x" * 9000 + '"}', "null", "\ud7ff" * 3])
def test_nonsense_proves_nothing_and_breaks_nothing(app, li, key, nonsense):
    browser = half(app)
    browser.get("/sign-in/code")
    assert browser.post("/sign-in/passkey", data={"credential": nonsense}).status_code == 422
    assert li.post("/account/passkeys/add", data={"name": "x", "credential": nonsense}).status_code == 422


def test_wrong_passkeys_are_counted_with_wrong_codes(app, li, key):
    browser, stranger = half(app), SoftwareKey()
    answers = [prove(browser, stranger).status_code for _ in range(6)]
    answers += [browser.post("/sign-in/code", data={"verification_code": "000000"}).status_code for _ in range(5)]
    assert answers == [422] * 10 + [429]


def test_without_an_authenticator_there_is_no_passkey(sign_in):
    browser = sign_in("reviewer")
    assert "data-passkey" not in browser.get("/account/passkeys/").text
    assert browser.post("/account/passkeys/add", data={"name": "x", "credential": "{}"}).status_code == 409


def test_a_key_is_known_once(li, key):
    assert add(li, key).status_code == 409


def test_a_removed_passkey_opens_nothing(app, li, key):
    (kept,) = queries.passkeys_of(queries.by_username("li").id)
    browser = half(app)
    options = options_on(browser.get("/sign-in/code").text)
    assert li.post(f"/account/passkeys/{kept.public_id}/remove").status_code == 302
    assert browser.post("/sign-in/passkey", data={"credential": key.sign(options)}).status_code == 422
    assert "data-options" not in half(app).get("/sign-in/code").text


def test_nobody_removes_the_passkey_of_somebody_else(li, key, sign_in):
    (kept,) = queries.passkeys_of(queries.by_username("li").id)
    sign_in("auditor").post(f"/account/passkeys/{kept.public_id}/remove")
    assert len(queries.passkeys_of(queries.by_username("li").id)) == 1


def test_who_loses_the_second_factor_loses_the_passkeys(li, key, sign_in):
    sign_in("administrator").post("/staff/members/li/second-factor")
    assert db.session.scalar(sa.select(sa.func.count(Passkey.id))) == 0


def test_without_a_password_no_passkey_is_asked_for(client):
    assert client.post("/sign-in/passkey", data={"credential": "{}"}).headers["Location"] == "/sign-in"
