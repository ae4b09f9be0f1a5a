"""Signing in and out."""

from admin_app.foundation.database import db
from tests.factories.staff import PASSWORD


def test_a_person_with_the_right_password_comes_in(sign_in):
    browser = sign_in("reviewer")
    assert browser.get("/account/").status_code == 200


def test_a_wrong_password_is_refused_with_a_sentence(client, make_staff):
    make_staff("reviewer")
    answer = client.post("/sign-in", data={"username": "reviewer", "password": PASSWORD + "x"})
    assert answer.status_code == 422
    assert client.get("/account/").status_code == 302


def test_the_old_cookie_is_worth_nothing_after_sign_out(sign_in, app):
    browser = sign_in("reviewer")
    cookie = browser.get_cookie("card_desk").value
    browser.post("/sign-out")
    thief = app.test_client()
    thief.set_cookie("card_desk", cookie)
    assert thief.get("/account/").status_code == 302


def test_database_is_the_one_asked_for(app, database_name):
    assert db.engine.dialect.name == database_name
