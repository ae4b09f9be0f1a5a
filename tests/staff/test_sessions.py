"""Sessions end when they should, guesses pause one account only, answers do not tell who exists."""

from contextlib import contextmanager

import pytest

from admin_app.foundation import settings
from admin_app.foundation.database import db
from tests.factories.staff import PASSWORD


def replay(app, cookie: str):
    """A browser that has somebody's old cookie."""
    thief = app.test_client()
    thief.set_cookie("card_desk", cookie)
    return thief


@contextmanager
def request_of(browser):
    """A request that does nothing but use its session; it sees the database as it is when it begins."""
    db.session.rollback()
    with browser.session_transaction() as session:
        yield session


def test_a_password_change_ends_the_other_sessions_only(sign_in, make_staff):
    li = make_staff("reviewer", username="li")
    here, elsewhere = sign_in(li), sign_in(li)
    here.post("/account/password", data={"current": PASSWORD, "new": "another long password"})
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_the_cookie_from_before_sign_in_is_not_the_one_after(app, make_staff):
    make_staff("reviewer")
    browser = app.test_client()
    browser.post("/preferences/", data={"language": "zh"})
    before = browser.get_cookie("card_desk").value
    browser.post("/sign-in", data={"username": "reviewer", "password": PASSWORD})
    assert browser.get_cookie("card_desk").value != before
    assert replay(app, before).get("/account/").status_code == 302


def test_a_cookie_that_somebody_planted_is_never_taken_over(app, make_staff):
    make_staff("reviewer")
    browser = replay(app, "planted-" + "x" * 35)
    browser.post("/sign-in", data={"username": "reviewer", "password": PASSWORD})
    assert browser.get_cookie("card_desk").value != "planted-" + "x" * 35


@pytest.mark.parametrize("path", ["/static/none.css", "/health"])
def test_a_page_without_a_session_ends_none(path, sign_in):
    browser = sign_in("reviewer")
    browser.get(path)
    assert browser.get("/account/").status_code == 200


def test_what_was_in_the_session_before_sign_in_is_gone(app, make_staff):
    make_staff("reviewer", language="en")
    browser = app.test_client()
    browser.post("/preferences/", data={"language": "zh", "theme": "dark"})
    browser.post("/sign-in", data={"username": "reviewer", "password": PASSWORD})
    with browser.session_transaction() as session:
        assert "theme" not in session and session["locale"] == "en"


def test_an_old_cookie_is_worth_nothing_after_sign_out(sign_in, app):
    browser = sign_in("reviewer")
    cookie = browser.get_cookie("card_desk").value
    browser.post("/sign-out")
    assert replay(app, cookie).get("/account/").status_code == 302


def test_two_requests_of_one_browser_at_the_same_time_both_leave_what_they_changed(sign_in, app):
    browser = sign_in("reviewer")
    other = replay(app, browser.get_cookie("card_desk").value)
    with request_of(browser) as session:
        session["searches"] = {"a": "one"}
        other.post("/preferences/", data={"theme": "dark"})
        with request_of(other) as theirs:
            theirs["searches"] = {"b": "two"}
    with request_of(browser) as session:
        assert session["theme"] == "dark"
        assert session["searches"] == {"a": "one", "b": "two"}


def test_what_one_request_took_out_of_the_session_does_not_come_back_with_another(sign_in, app):
    browser = sign_in("reviewer")
    other = replay(app, browser.get_cookie("card_desk").value)
    with request_of(browser) as session:
        session["kept"], session["gone"] = 1, 1
    with request_of(browser) as session:
        session["kept"] = 2
        with request_of(other) as theirs:
            del theirs["gone"]
    with request_of(browser) as session:
        assert (session["kept"], "gone" in session) == (2, False)


def test_a_list_in_the_session_may_be_changed_in_place(sign_in):
    browser = sign_in("reviewer")
    for word in ("one", "two"):
        with request_of(browser) as session:
            session.setdefault("words", []).append(word)
    with request_of(browser) as session:
        assert session["words"] == ["one", "two"]


def test_a_session_that_ended_during_a_request_is_not_brought_back(sign_in, app):
    browser = sign_in("reviewer")
    other = replay(app, browser.get_cookie("card_desk").value)
    with browser.session_transaction() as session:
        session["theme"] = "dark"
        other.post("/sign-out")
    assert browser.get("/account/").status_code == 302


def test_too_many_wrong_passwords_of_strangers_pause_this_account_for_them_and_no_other(client, make_staff):
    make_staff("reviewer", username="li")
    make_staff("reviewer", username="wang")
    for _attempt in range(settings.current().sign_in_attempts):
        client.post("/sign-in", data={"username": "li", "password": "wrong password"})
    assert client.post("/sign-in", data={"username": "li", "password": PASSWORD}).status_code == 429
    assert client.post("/sign-in", data={"username": "wang", "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("username", ["nobody", "off", "", "x" * 500, "li'--", "李"])
def test_the_answer_does_not_tell_whether_the_account_exists(client, make_staff, username):
    make_staff("reviewer", username="li")
    make_staff("reviewer", username="off", active=False)
    known = client.post("/sign-in", data={"username": "li", "password": "wrong password"})
    other = client.post("/sign-in", data={"username": username, "password": "wrong password"})
    assert other.status_code == known.status_code == 422
    sentence = "User name or password is not right"
    assert sentence in known.text and sentence in other.text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil"])
def test_sign_in_leads_to_this_site_only(client, make_staff, target):
    make_staff("reviewer")
    answer = client.post("/sign-in", query_string={"next": target}, data={"username": "reviewer", "password": PASSWORD})
    assert answer.headers["Location"] == "/"
