"""The second factor: set up by a code, asked for after the password, each code once; recovery codes; who must have one."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
import time_machine

from admin_app.foundation import clock, settings
from admin_app.foundation.browser_sessions import BrowserSession
from admin_app.foundation.database import db
from admin_app.staff import queries
from admin_app.staff.models import Authenticator, RecoveryCode
from admin_app.staff.operations import second_factor
from tests.factories.staff import PASSWORD


def actions() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.text("SELECT action FROM audit_entry ORDER BY id")))


def code_at(secret: str, seconds: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=seconds))


def key_on(page: str) -> str:
    return re.sub(r"\s", "", re.search(r"<dd>((?:[A-Z2-7]{4} ?){8})</dd>", page)[1])


def codes_on(page: str) -> list[str]:
    return re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", page)


def set_up(browser: Any) -> tuple[str, list[str]]:
    """The secret and the recovery codes of a second factor that is set up by its pages."""
    assert browser.post("/account/second-factor/begin").status_code == 302
    secret = key_on(browser.get("/account/second-factor/enrol").text)
    page = browser.post("/account/second-factor/enrol", data={"verification_code": code_at(secret)})
    assert page.status_code == 200, page.text
    return secret, codes_on(page.text)


def half(app: Any, username: str = "li") -> Any:
    """A browser in which the password was given."""
    browser = app.test_client()
    answer = browser.post("/sign-in?next=/centres/", data={"username": username, "password": PASSWORD})
    assert answer.headers["Location"] == "/sign-in/code", answer.text
    return browser


@pytest.fixture
def moment() -> Any:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def li(app, sign_in, make_staff, moment):
    """(browser, secret, recovery codes) of somebody with a second factor; a minute has passed since."""
    browser = sign_in(make_staff("reviewer", username="li"))
    secret, codes = set_up(browser)
    moment.shift(60)
    return browser, secret, codes


def test_nothing_is_kept_before_a_code_was_typed(sign_in):
    browser = sign_in("reviewer")
    browser.post("/account/second-factor/begin")
    page = browser.post("/account/second-factor/enrol", data={"verification_code": "000000"})
    assert page.status_code == 422 and "This code is not right" in page.text
    assert db.session.scalar(sa.select(sa.func.count(Authenticator.id))) == 0
    assert browser.get("/account/second-factor/").status_code == 200


def test_the_secret_is_shown_as_qr_code_and_text_and_kept_encrypted(app, sign_in, make_staff):
    browser = sign_in(make_staff("reviewer", username="li"))
    browser.post("/account/second-factor/begin")
    page = browser.get("/account/second-factor/enrol").text
    assert 'src="data:image/svg+xml;base64,' in page
    secret, _codes = set_up(browser)
    assert secret.encode() not in db.session.scalar(sa.select(Authenticator.secret))
    assert (
        second_factor.address_of(secret, queries.by_username("li")) == f"otpauth://totp/Card%20Desk:li?secret={secret}&issuer=Card%20Desk"
    )


def test_the_password_alone_opens_nothing_any_more(app, li):
    browser = half(app)
    assert browser.get("/centres/").headers["Location"].startswith("/sign-in")
    assert browser.post("/preferences/", data={"theme": "dark"}).status_code == 302
    assert queries.by_username("li").theme == "auto"
    assert actions().count("staff.signed_in") == 1


def test_password_and_code_open_the_desk_under_a_new_key(app, li):
    _browser, secret, _codes = li
    browser = half(app)
    before = browser.get_cookie("card_desk").value
    answer = browser.post("/sign-in/code", data={"verification_code": code_at(secret)})
    assert answer.headers["Location"] == "/centres/"
    assert browser.get("/centres/").status_code == 200
    assert browser.get_cookie("card_desk").value != before
    assert actions().count("staff.signed_in") == 2
    assert db.session.scalar(sa.select(sa.func.count(BrowserSession.id))) == 2


@pytest.mark.parametrize(("seconds", "status"), [(-61, 422), (-30, 302), (0, 302), (30, 302), (61, 422)])
def test_a_clock_may_be_one_step_early_or_late(app, li, seconds, status):
    _browser, secret, _codes = li
    assert half(app).post("/sign-in/code", data={"verification_code": code_at(secret, seconds)}).status_code == status


def test_no_code_is_taken_twice_nor_one_before_it(app, li):
    _browser, secret, _codes = li
    assert half(app).post("/sign-in/code", data={"verification_code": code_at(secret)}).status_code == 302
    for seconds in (0, -30):
        assert half(app).post("/sign-in/code", data={"verification_code": code_at(secret, seconds)}).status_code == 422


def test_the_code_that_set_it_up_signs_nobody_in(app, sign_in, make_staff, moment):
    secret, _codes = set_up(sign_in(make_staff("reviewer", username="li")))
    assert half(app).post("/sign-in/code", data={"verification_code": code_at(secret)}).status_code == 422


def test_ten_wrong_codes_are_all_and_each_is_in_the_log(app, li):
    _browser, secret, _codes = li
    browser = half(app)
    answers = [browser.post("/sign-in/code", data={"verification_code": f"{n:06}"}).status_code for n in range(12)]
    assert answers == [422] * 10 + [429] * 2
    assert browser.post("/sign-in/code", data={"verification_code": code_at(secret)}).status_code == 429
    assert actions().count("staff.code_refused") == 10


def test_whoever_types_the_name_of_the_budget_of_codes_spends_nothing_of_it(app, li, client):
    for name in ("code|li", "li"):
        for _ in range(10):
            client.post("/sign-in", data={"username": name, "password": "wrong password"})
    _browser, secret, _codes = li
    known = li[0]
    known.post("/sign-out")
    assert known.post("/sign-in", data={"username": "li", "password": PASSWORD}).headers["Location"] == "/sign-in/code"
    assert known.post("/sign-in/code", data={"verification_code": code_at(secret)}).status_code == 302


def test_the_code_must_come_within_five_minutes_of_the_password(app, li, moment):
    _browser, secret, _codes = li
    browser = half(app)
    moment.shift(301)
    assert browser.post("/sign-in/code", data={"verification_code": code_at(secret)}).headers["Location"] == "/sign-in"


def test_without_a_password_there_is_no_page_for_a_code(client):
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in"
    assert client.post("/sign-in/code", data={"verification_code": "000000"}).headers["Location"] == "/sign-in"


def test_each_of_ten_recovery_codes_signs_in_once(app, li):
    _browser, _secret, codes = li
    assert len(set(codes)) == 10
    for code in (codes[0], codes[1].upper().replace("-", " ")):
        assert half(app).post("/sign-in/code", data={"verification_code": code}).status_code == 302
        assert half(app).post("/sign-in/code", data={"verification_code": code}).status_code == 422
    assert actions().count("staff.recovery_code_used") == 2
    assert "8" in li[0].get("/account/second-factor/").text


def test_recovery_codes_are_kept_as_keyed_hashes_only(li):
    _browser, _secret, codes = li
    kept = set(db.session.scalars(sa.select(RecoveryCode.code_key)))
    assert len(kept) == 10 and not kept & {part for code in codes for part in (code, code.replace("-", ""))}


def test_new_recovery_codes_make_the_old_ones_worthless(app, li):
    browser, _secret, old = li
    fresh = codes_on(browser.post("/account/second-factor/recovery-codes").text)
    assert half(app).post("/sign-in/code", data={"verification_code": old[0]}).status_code == 422
    assert half(app).post("/sign-in/code", data={"verification_code": fresh[0]}).status_code == 302


def test_the_recovery_code_of_somebody_else_is_none(app, li, sign_in, make_staff):
    _secret, theirs = set_up(sign_in(make_staff("reviewer", username="wang")))
    assert half(app).post("/sign-in/code", data={"verification_code": theirs[0]}).status_code == 422


def test_an_administrator_takes_a_second_factor_away_and_it_is_in_the_log(app, li, sign_in):
    administrator = sign_in("administrator")
    assert "Take the second factor away" in administrator.get("/staff/members/li").text
    assert administrator.post("/staff/members/li/second-factor").status_code == 302
    assert actions()[-1] == "staff.second_factor_reset"
    assert li[0].get("/account/").status_code == 302
    assert app.test_client().post("/sign-in", data={"username": "li", "password": PASSWORD}).headers["Location"] == "/"


def test_nobody_takes_their_own_away_as_an_administrator(sign_in):
    browser = sign_in("administrator")
    set_up(browser)
    assert browser.post("/staff/members/administrator/second-factor").status_code == 403


def test_a_person_takes_their_own_away(app, li):
    assert li[0].post("/account/second-factor/remove").status_code == 302
    assert app.test_client().post("/sign-in", data={"username": "li", "password": PASSWORD}).headers["Location"] == "/"
    assert db.session.scalar(sa.select(sa.func.count(RecoveryCode.id))) == 0


@pytest.mark.parametrize(("roles", "is_led"), [("", False), ("administrator", False), ("administrator, reviewer", True), ("all", True)])
def test_a_role_that_must_have_one_is_led_to_set_it_up_before_anything_else(sign_in, monkeypatch, roles, is_led):
    monkeypatch.setattr(settings.current(), "second_factor_roles", roles)
    browser = sign_in("reviewer")
    answer = browser.get("/queue/")
    assert (answer.status_code, answer.headers.get("Location")) == ((302, "/account/second-factor/") if is_led else (200, None))
    set_up(browser)
    assert browser.get("/queue/").status_code == 200


def test_somebody_who_is_switched_off_between_password_and_code_stays_out(app, li, sign_in):
    _browser, secret, _codes = li
    browser = half(app)
    form = {"version": "1", "name_en": "Li", "name_zh": "某人", "role": "reviewer", "centre": ""}
    assert sign_in("administrator").post("/staff/members/li", data=form).status_code == 302
    assert browser.post("/sign-in/code", data={"verification_code": code_at(secret)}).headers["Location"] == "/sign-in"
