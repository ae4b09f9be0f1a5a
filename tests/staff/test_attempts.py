"""Guessing is counted, by account, by address and in all, and locks nobody out where they signed in before."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient

from admin_app.foundation import clock, passwords, settings
from admin_app.foundation.database import db
from admin_app.foundation.per_app import PerApp
from admin_app.staff import queries
from admin_app.staff.models import SignInAttempt
from admin_app.staff.operations import attempts, signing_in
from tests.at_once import at_once
from tests.factories.staff import PASSWORD
from tests.statements import counted_statements

WRONG = "not the password"
PER_ACCOUNT, PER_ADDRESS = 10, 30
"""What the house promises, whatever the settings are called."""


@pytest.fixture
def comparisons(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Which passwords are really compared from now on."""
    seen: list[str] = []
    real = passwords.fits

    def noted(stored: str, password: str) -> bool:
        seen.append(password)
        return real(stored, password)

    monkeypatch.setattr(passwords, "fits", noted)
    yield seen


def guess(browser: FlaskClient, username: str = "li", password: str = WRONG, *, address: str = "192.0.2.1") -> Any:
    """One attempt from a browser that runs at `address`."""
    form = {"username": username, "password": password}
    return browser.post("/sign-in", data=form, environ_overrides={"REMOTE_ADDR": address})


def rows() -> int:
    db.session.rollback()
    return int(db.session.scalar(sa.select(sa.func.count(SignInAttempt.id))) or 0)


def test_a_thousand_guesses_at_one_account_from_fifty_addresses_are_ten(app, make_staff, comparisons):
    make_staff("reviewer", username="li")
    answers = [guess(app.test_client(), address=f"198.51.100.{n % 50}").status_code for n in range(200)]
    assert len(comparisons) == PER_ACCOUNT
    assert answers == [422] * PER_ACCOUNT + [429] * (200 - PER_ACCOUNT)


def test_one_guess_at_each_of_many_accounts_from_one_address_are_thirty(app, make_staff, comparisons):
    make_staff("reviewer", username="li")
    answers = [guess(app.test_client(), f"somebody{n}").status_code for n in range(60)]
    assert len(comparisons) == PER_ADDRESS and answers[PER_ADDRESS:] == [429] * 30
    assert guess(app.test_client(), password=PASSWORD, address="192.0.2.2").status_code == 302


@pytest.mark.parametrize("case", [("LI", " li "), ("2001:db8::1", "2001:db8::ffff"), ("192.0.2.9", "::ffff:192.0.2.9")])
def test_another_spelling_of_a_name_or_address_gets_no_budget_of_its_own(app, case):
    keys = []
    for text in case:
        attempts.origin.address.set(text)
        keys.append(attempts.tries(text))
    first, second = keys
    assert first.account == second.account or first.address == second.address


def test_all_strangers_together_have_a_budget(app, make_staff, comparisons, monkeypatch):
    monkeypatch.setattr(settings.current(), "sign_in_all_attempts", 20)
    answers = [guess(app.test_client(), f"somebody{n}", address=f"198.51.100.{n}").status_code for n in range(30)]
    assert (len(comparisons), answers[-1]) == (20, 429)


def test_strangers_lock_nobody_out_of_the_browser_where_they_signed_in_before(app, sign_in, make_staff):
    li = make_staff("reviewer", username="li")
    own = sign_in(li)
    own.post("/sign-out")
    for n in range(60):
        guess(app.test_client(), address=f"198.51.100.{n}")
        guess(app.test_client(), f"somebody{n}", address="127.0.0.1")
    assert guess(app.test_client(), password=PASSWORD, address="203.0.113.1").status_code == 429
    assert guess(own, password=PASSWORD, address="127.0.0.1").status_code == 302


def test_a_known_browser_has_a_budget_of_its_own(sign_in, make_staff, comparisons):
    browser = sign_in(make_staff("reviewer", username="li"))
    browser.post("/sign-out")
    comparisons.clear()
    assert [guess(browser).status_code for _ in range(12)] == [422] * PER_ACCOUNT + [429] * 2
    assert len(comparisons) == PER_ACCOUNT


def test_a_browser_is_known_for_one_account_only(app, sign_in, make_staff):
    browser = sign_in(make_staff("reviewer", username="wang"))
    make_staff("reviewer", username="li")
    for n in range(PER_ACCOUNT):
        guess(app.test_client(), address=f"198.51.100.{n}")
    assert guess(browser, "li", PASSWORD).status_code == 429


def let_everybody_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is sent away, so that the test sees what happens to all of them."""
    monkeypatch.setattr(passwords, "WAITING", 99)
    monkeypatch.setattr(passwords, "_GATE", PerApp("gate_for_all", passwords._Gate))


def known_cookie(browser: FlaskClient) -> Any:
    (found,) = [cookie for cookie in browser._cookies.values() if cookie.key.startswith("card_desk_known_")]
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value[:-5] + ("B" if value[-5] == "A" else "A") + value[-4:],
        lambda value: "x",
        lambda value: "",
        lambda value: "." + value,
    ],
)
def test_a_cookie_that_is_not_ours_makes_no_browser_known(app, sign_in, make_staff, change):
    cookie = known_cookie(sign_in(make_staff("reviewer", username="li")))
    for n in range(PER_ACCOUNT):
        guess(app.test_client(), address=f"198.51.100.{n}")
    forger = app.test_client()
    forger.set_cookie(cookie.key, change(cookie.value))
    assert guess(forger, password=PASSWORD).status_code == 429


def test_control_the_same_cookie_unchanged_makes_it_known(app, sign_in, make_staff):
    cookie = known_cookie(sign_in(make_staff("reviewer", username="li")))
    for n in range(PER_ACCOUNT):
        guess(app.test_client(), address=f"198.51.100.{n}")
    copier = app.test_client()
    copier.set_cookie(cookie.key, cookie.value)
    assert guess(copier, password=PASSWORD).status_code == 302


def test_the_cookie_says_nothing_about_the_person(sign_in, make_staff):
    cookie = known_cookie(sign_in(make_staff("reviewer", username="zhao.qiang")))
    assert "zhao" not in str(cookie).lower() and "emhhby" not in cookie.value and cookie.http_only


def test_what_is_right_is_no_guess(app, make_staff):
    make_staff("reviewer", username="li")
    assert [guess(app.test_client(), password=PASSWORD).status_code for _ in range(PER_ADDRESS + 5)] == [302] * (PER_ADDRESS + 5)
    assert rows() == 0


def test_after_a_quarter_of_an_hour_strangers_may_try_again_and_the_table_is_empty(app, make_staff):
    make_staff("reviewer", username="li")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(PER_ACCOUNT + 2):
            answer = guess(app.test_client())
        assert answer.headers["Retry-After"] == "901"
        assert rows() == PER_ACCOUNT
        traveller.shift(timedelta(minutes=14, seconds=59))
        assert guess(app.test_client(), password=PASSWORD).status_code == 429
        traveller.shift(timedelta(seconds=1))
        assert guess(app.test_client(), password=PASSWORD).status_code == 302
        assert rows() == 0


def test_a_refused_attempt_writes_nothing(app, make_staff):
    make_staff("reviewer", username="li")
    for _ in range(PER_ACCOUNT):
        guess(app.test_client())
    with counted_statements() as statements:
        assert guess(app.test_client()).status_code == 429
    assert [one for one in statements if one.startswith(("INSERT", "UPDATE", "DELETE")) and "browser_session" not in one] == []


def test_a_reset_gives_strangers_their_budget_back(app, sign_in, make_staff):
    make_staff("reviewer", username="li")
    for _ in range(PER_ACCOUNT):
        guess(app.test_client())
    assert queries.by_username("li").paused_until is not None
    sign_in("administrator").post("/staff/members/li/password")
    assert (queries.by_username("li").paused_until, rows()) == (None, 0)


def test_the_last_attempt_of_strangers_is_in_the_log_and_on_the_page_of_the_person(app, sign_in, make_staff):
    make_staff("reviewer", username="li")
    for _ in range(PER_ACCOUNT + 3):
        guess(app.test_client())
    actions = db.session.execute(sa.text("SELECT action FROM audit_entry WHERE subject_ref = 'li' ORDER BY id")).scalars().all()
    assert actions == ["staff.sign_in_refused"] * PER_ACCOUNT + ["staff.sign_in_paused"]
    assert "New browsers paused until" in sign_in("administrator").get("/staff/members/li").text


@pytest.mark.parametrize("name", ["nobody", "off"])
def test_an_unknown_name_and_an_account_that_is_off_cost_the_same_work_and_read_the_same(app, make_staff, comparisons, name):
    make_staff("reviewer", username="li")
    make_staff("reviewer", username="off", active=False)
    guess(app.test_client())

    def seen(username: str) -> tuple[int, str, list[str], int]:
        before = len(comparisons)
        with counted_statements() as statements:
            answer = guess(app.test_client(), username)
        text = answer.text.replace(f'value="{username}"', "")
        return answer.status_code, "".join(text.split("csrf_token")[0]), [one[:40] for one in statements], len(comparisons) - before

    assert seen(name) == seen("li")
    for _ in range(PER_ACCOUNT):
        answers = [guess(app.test_client(), username, address=f"192.0.2.{n}") for n, username in enumerate((name, "li"))]
    assert [answer.status_code for answer in answers] == [429, 429]


def test_attempts_at_the_same_moment_are_counted_one_after_the_other(app, make_staff, monkeypatch):
    make_staff("reviewer", username="li")
    let_everybody_wait(monkeypatch)
    monkeypatch.setattr(settings.current(), "sign_in_attempts", 5)
    answers = at_once(app, [lambda: guess(app.test_client()).status_code] * 12)
    assert sorted(answers) == [422] * 5 + [429] * 7


def test_whoever_comes_while_too_many_passwords_are_compared_is_asked_to_come_again(app, make_staff, sign_in, comparisons):
    reader = sign_in(make_staff("reviewer"))
    make_staff("reviewer", username="li")
    comparisons.clear()
    gate = passwords._GATE.get()
    taken = [gate.places.acquire(blocking=False) for _ in range(passwords.AT_ONCE + passwords.WAITING)]
    try:
        answer = guess(app.test_client(), password=PASSWORD)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert 'value="li"' in answer.text and "Many people are signing in" in answer.text
        assert reader.get("/queue/").status_code == 200
        assert (comparisons, rows()) == ([], 0)
    finally:
        gate.places.release(len(taken))
    assert guess(app.test_client(), password=PASSWORD).status_code == 302


def test_a_password_is_hashed_only_by_whoever_has_the_one_turn_of_the_process(app, monkeypatch):
    let_everybody_wait(monkeypatch)
    gate, free = passwords._GATE.get(), []

    class Hasher:
        @staticmethod
        def hash(_password: str) -> str:
            free.append(gate.turns.acquire(blocking=False))
            return "stored"

    monkeypatch.setattr(passwords, "_hasher", Hasher)
    assert at_once(app, [lambda: passwords.hashed("whatever it is")] * 8) == ["stored"] * 8
    assert (passwords.AT_ONCE, free) == (1, [False] * 8)


def test_an_attempt_at_an_unknown_name_is_in_the_log_without_what_was_typed(client):
    guess(client, "my.secret.password")
    (entry,) = db.session.execute(sa.text("SELECT subject_ref, action FROM audit_entry")).all()
    assert tuple(entry) == (signing_in.NOBODY, "staff.sign_in_refused")
