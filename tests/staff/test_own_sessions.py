"""Strangers leave nothing on the server; whoever is signed in sees where, ends it there, and goes on under a new key after a change."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from itsdangerous import URLSafeTimedSerializer

from admin_app.foundation.browser_sessions import BrowserSession
from admin_app.foundation.database import db
from admin_app.web import sessions
from admin_app.web.browser_names import name_of
from tests.factories.staff import PASSWORD
from tests.statements import counted_statements

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def kept() -> list[BrowserSession]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(BrowserSession).order_by(BrowserSession.id)))


def cookie_of(browser: Any) -> str:
    return str(browser.get_cookie("card_desk").value)


def replayed(app: Any, cookie: str) -> int:
    """What a browser that holds only this cookie is answered on the account page."""
    thief = app.test_client()
    thief.set_cookie("card_desk", cookie)
    return int(thief.get("/account/").status_code)


def visit_as_a_stranger(browser: Any) -> None:
    assert browser.get("/sign-in").status_code == 200
    assert browser.get("/queue/").status_code == 302
    assert browser.get("/no/such/place").status_code == 404
    assert browser.post("/preferences/", data={"language": "zh", "theme": "dark", "back": "/sign-in"}).status_code == 302
    assert 'lang="zh-Hans"' in browser.get("/sign-in").text


def test_a_stranger_writes_nothing_and_the_language_stays_all_the_same(client):
    with counted_statements() as statements:
        visit_as_a_stranger(client)
    assert [one for one in statements if not one.startswith("SELECT")] == []
    assert kept() == []


def test_control_signing_in_writes_one_session(sign_in):
    with counted_statements() as statements:
        sign_in("reviewer")
    assert len([one for one in statements if one.startswith("INSERT INTO browser_session")]) == len(kept()) == 1


def test_the_language_stays_after_signing_out(sign_in, make_staff):
    browser = sign_in(make_staff("reviewer", language="zh"))
    browser.post("/sign-out")
    assert 'lang="zh-Hans"' in browser.get("/sign-in").text
    assert kept() == []


@pytest.mark.parametrize(
    "change", [lambda value: value[:-2] + "xx", lambda value: value.replace("v.", "v.e"), lambda value: "v.", lambda value: "v.a.b.c"]
)
def test_a_stranger_s_cookie_that_is_not_ours_is_as_none(app, client, change):
    client.post("/preferences/", data={"language": "zh"})
    forger = app.test_client()
    forger.set_cookie("card_desk", change(cookie_of(client)))
    assert 'lang="en"' in forger.get("/sign-in").text


def test_nobody_is_signed_in_by_what_a_cookie_says(app, make_staff):
    member = make_staff("administrator")
    signer = URLSafeTimedSerializer(str(app.secret_key), salt="stranger")
    said = f'{{"_user_id": "{member.id}", "_fresh": true}}'
    assert replayed(app, sessions.STRANGER + signer.dumps(said)) == 302


def test_a_cookie_never_grows_beyond_what_a_browser_takes(client):
    with client.session_transaction() as session:
        session["locale"], session["_flashes"] = "zh", [["warning", "x" * 9000]]
    assert len(cookie_of(client)) < sessions.MOST_CARRIED
    assert 'lang="zh-Hans"' in client.get("/sign-in").text


def test_a_new_password_goes_on_under_a_new_key_with_the_hours_of_before(app, sign_in):
    browser = sign_in("reviewer")
    old, (row,) = cookie_of(browser), kept()
    before = (row.created_at, row.key_hash)
    browser.post("/account/password", data={"current": PASSWORD, "new": "seven blue umbrellas"})
    (after,) = kept()
    assert cookie_of(browser) != old and browser.get("/account/").status_code == 200
    assert replayed(app, old) == 302
    assert (after.created_at, after.key_hash == before[1]) == (before[0], False)


def test_my_sessions_says_where_and_which_is_this_one(sign_in, make_staff, app):
    li = make_staff("reviewer", username="li")
    here = sign_in(li)
    there = app.test_client()
    form = {"username": "li", "password": PASSWORD}
    there.post("/sign-in", data=form, headers={"User-Agent": FIREFOX}, environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    sign_in("auditor")
    page = here.get("/account/sessions/").text
    assert "Firefox · Windows" in page and "198.51.100.7" in page
    assert (page.count("/end"), page.count("this one")) == (1 + page.count("/end-others"), 1)


def test_one_session_is_ended_and_the_others_stay(sign_in, make_staff):
    li = make_staff("reviewer", username="li")
    here, there, elsewhere = sign_in(li), sign_in(li), sign_in(li)
    (_mine, theirs, _third) = kept()
    assert here.post(f"/account/sessions/{theirs.public_id}/end").status_code == 302
    assert [browser.get("/account/").status_code for browser in (here, there, elsewhere)] == [200, 302, 200]


def test_all_other_sessions_are_ended_and_this_one_stays(sign_in, make_staff):
    li = make_staff("reviewer", username="li")
    here, there, elsewhere = sign_in(li), sign_in(li), sign_in(li)
    here.post("/account/sessions/end-others")
    assert [browser.get("/account/").status_code for browser in (here, there, elsewhere)] == [200, 302, 302]
    actions = db.session.scalars(sa.text("SELECT action FROM audit_entry ORDER BY id")).all()
    assert actions[-1] == "staff.own_sessions_ended"


def test_nobody_ends_the_session_of_somebody_else(sign_in):
    other = sign_in("auditor")
    (theirs,) = kept()
    mine = sign_in("reviewer")
    assert mine.post(f"/account/sessions/{theirs.public_id}/end").status_code == 404
    assert mine.post("/account/sessions/nonsense/end").status_code == 404
    assert other.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome · Android"),
        ("<script>alert(1)</script>", ""),
        ("x" * 100_000, ""),
    ],
)
def test_a_browser_is_called_by_words_of_ours(agent, name):
    assert name_of(agent) == name


def test_the_page_names_no_session_by_its_key(sign_in):
    browser = sign_in("reviewer")
    (row,) = kept()
    page = browser.get("/account/sessions/").text
    assert row.key_hash not in page and not re.search(re.escape(cookie_of(browser)), page)
