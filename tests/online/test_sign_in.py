"""A resident signs in on their own pages: known and unknown look the same, the session is its own, and signing out leaves nothing."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from admin_app.accounts.models import ResidentSession
from admin_app.accounts.operations import sessions
from admin_app.foundation import clock, settings
from admin_app.foundation.browser_sessions import BrowserSession
from admin_app.foundation.database import db, transaction
from tests.accounts.phones import NAME, make_gateway, make_reachable
from tests.factories.applications import make_application
from tests.factories.residents import id_number
from tests.statements import counted_statements

ASK, CODE, MINE = "/online/sign-in", "/online/sign-in/code", "/online/mine"


@pytest.fixture
def gateway(app, monkeypatch):
    return make_gateway(app, monkeypatch)


def field(name, page):
    return re.search(f'name="{name}" value="([^"]+)"', page)[1]


def ask(browser, number, name=NAME, **kwargs):
    return browser.post(ASK, data={"stamp": field("stamp", browser.get(ASK).text), "id_number": number, "name": name}, **kwargs)


def enter(browser, code):
    return browser.post(CODE, data={"stamp": field("stamp", browser.get(CODE).text), "code": code})


@pytest.fixture
def resident(client, gateway, clerk):
    """A resident who is signed in in `client`."""
    made, number = make_reachable(clerk)
    ask(client, number)
    assert enter(client, gateway.code).headers["Location"] == MINE
    return made


def rows(model):
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def without_numbers(page):
    return re.sub(r'name="stamp" value="[^"]+"|\d{4}-\d{4}-\d{4}', "", page)


def test_a_resident_signs_in_sees_their_cases_and_signs_out(client, resident, clerk, centre):
    mine, foreign = make_application(clerk, centre, resident), make_application(clerk, centre)
    page = client.get(MINE).text
    assert mine.reference in page and foreign.reference not in page
    assert mine.reference in client.get(f"{MINE}/{mine.public_id}").text
    out = client.post("/online/sign-out", data={"token": field("token", page)})
    assert out.headers["Clear-Site-Data"] and client.get(MINE).headers["Location"] == ASK
    assert rows(ResidentSession) == 0 and "signed out" in client.get("/online/signed-out").text


def test_known_and_unknown_people_get_the_same_answers(app, gateway, clerk):
    _resident, number = make_reachable(clerk)
    seen = []
    for given in ((number, NAME), (id_number(), NAME), (number, "赵四")):
        browser = app.test_client()
        asked = ask(browser, *given)
        wrong = enter(browser, "000000")
        facts = [(one.status_code, without_numbers(one.text), set(one.headers.keys())) for one in (asked, browser.get(CODE), wrong)]
        seen.append(facts)
    assert seen[0] == seen[1] == seen[2] and len(gateway.given) == 1


def test_foreign_cases_and_none_are_the_same_404(client, resident, clerk, centre):
    foreign = make_application(clerk, centre).public_id
    answers = {one: client.get(f"{MINE}/{one}") for one in (foreign, "0" * 32, "x")}
    said = {(answer.status_code, without_numbers(answer.text).replace(f"/{one}", "")) for one, answer in answers.items()}
    assert len(said) == 1 and said.pop()[0] == 404


def test_a_resident_s_session_is_not_one_of_the_desk_nor_the_other_way_round(client, resident, sign_in):
    assert "/sign-in" in client.get("/").headers["Location"] and rows(BrowserSession) == 0
    staff = sign_in("supervisor")
    assert staff.get(MINE).headers["Location"] == ASK and rows(ResidentSession) == 1


def test_a_new_key_at_each_sign_in_and_the_one_before_is_worth_nothing(app, client, resident, gateway):
    before = client.get_cookie("card_online").value
    number = resident.open_id_number()
    thief = app.test_client()
    thief.set_cookie("card_online", before)
    assert thief.get(MINE).status_code == 200
    page = client.get(MINE).text
    client.post("/online/sign-out", data={"token": field("token", page)})
    ask(client, number)
    enter(client, gateway.code)
    assert client.get_cookie("card_online").value != before
    assert client.get(MINE).status_code == 200 and thief.get(MINE).status_code == 302


@pytest.mark.parametrize("sent", ["", "x", "Ω"])
def test_a_form_without_the_token_of_the_session_is_refused(client, resident, sent):
    assert client.post("/online/sign-out", data={"token": sent}).status_code == 400
    assert client.get(MINE).status_code == 200


def test_a_token_of_another_session_is_refused(app, client, resident, gateway, clerk):
    other = app.test_client()
    ask(other, make_reachable(clerk, phone="13805715522")[1])
    enter(other, gateway.code)
    assert client.post("/online/sign-out", data={"token": field("token", other.get(MINE).text)}).status_code == 400


@pytest.mark.parametrize(("step", "times"), [(timedelta(minutes=21), 1), (timedelta(minutes=19), 13)])
def test_a_session_ends_idle_and_after_four_hours(client, resident, step, times):
    now = clock.now()
    for place in range(1, times):
        with time_machine.travel(now + step * place, tick=False):
            db.session.rollback()
            assert client.get(MINE).status_code == (200 if step * place <= timedelta(hours=4) else 302)
    with time_machine.travel(now + step * times, tick=False):
        db.session.rollback()
        assert client.get(MINE).status_code == 302
        assert sessions.sweep() == 1 and rows(ResidentSession) == 0


def test_restricted_records_sign_out_at_once(client, resident):
    with transaction():
        resident.is_restricted = True
    assert client.get(MINE).headers["Location"] == ASK


def test_pages_of_residents_are_kept_by_no_cache_and_cost_few_statements(client, resident, clerk, centre):
    make_application(clerk, centre, resident)
    with counted_statements() as statements:
        answer = client.get(MINE)
    assert answer.headers["Cache-Control"] == "no-store" and len(statements) <= 8, statements


def test_a_wrong_number_is_said_at_its_field_and_what_was_typed_stays(client, gateway):
    answer = ask(client, "123", "王芳")
    assert answer.status_code == 422 and 'href="#id_number"' in answer.text and "<title>Error:" in answer.text
    assert 'value="123"' in answer.text and 'value="王芳"' in answer.text and answer.headers.getlist("Set-Cookie") == []
    assert '<input type="hidden" name="name" value="王芳">' in answer.text, "the switches of the header send it again"


def test_the_twenty_first_code_of_an_address_is_refused_in_words(client, gateway):
    answers = [ask(client, id_number()) for _ in range(21)]
    assert answers[-1].status_code == 429 and int(answers[-1].headers["Retry-After"]) > 0
    assert "Too many codes" in answers[-1].text and answers[-2].status_code == 303


def test_an_office_that_sends_no_messages_says_so(client, monkeypatch):
    stamp = field("stamp", client.get(ASK).text)
    monkeypatch.setattr(settings.current(), "environment", "production")
    assert "sends no codes" in client.get(ASK).text
    assert client.post(ASK, data={"stamp": stamp, "id_number": id_number(), "name": NAME}).status_code == 503


def test_no_code_is_shown_on_any_page_of_an_office(client, gateway, clerk):
    ask(client, make_reachable(clerk)[1])
    assert gateway.code not in client.get(CODE).text


def test_a_demo_shows_its_made_up_people_and_the_code(app, client, clerk, centre, monkeypatch):
    made, number = make_reachable(clerk)
    make_application(clerk, centre, made)
    with transaction():
        made.is_fictitious = True
    monkeypatch.setattr(settings.current(), "environment", "demo")
    assert number in client.get(ASK).text
    ask(client, number)
    page = client.get(CODE).text
    assert (
        enter(client, re.search(r"(?<!\d)\d{6}(?!\d)", re.search(r"<strong>(.*?)</strong>", page, re.S)[1])[0]).headers["Location"] == MINE
    )
