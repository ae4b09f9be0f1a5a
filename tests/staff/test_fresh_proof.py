"""What reveals, exports or gives rights asks who is there if that was proved more than a quarter of an hour ago; nothing typed is lost."""

import html
import re
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.staff import queries
from admin_app.web import fresh_proof
from tests.factories.residents import make_resident
from tests.factories.staff import PASSWORD

NEW = {"username": "wang.li", "name_en": "Wang Li", "name_zh": "王丽", "role": "reviewer", "centre": ""}
GUARDED = {
    "/residents/<public_id>/reveal", "/residents/<public_id>/call", "/residents/<public_id>/copy", "/residents/<public_id>/correct",
    "/cards/<public_id>/collector", "/cards/sealing/destructions/<public_id>/answer", "/mailing/returns/<public_id>/phone",
    "/lists/<name>/export", "/restrictions/new/<public_id>", "/restrictions/<public_id>/lift",
    "/erasures/new/<public_id>", "/erasures/<public_id>/answer",
    "/staff/add", "/staff/members/<username>", "/staff/members/<username>/password",
    "/staff/members/<username>/second-factor", "/account/second-factor/begin", "/account/second-factor/recovery-codes",
    "/clients/add", "/clients/<public_id>", "/clients/<public_id>/switch", "/clients/<public_id>/keys",
    "/clients/<public_id>/keys/<prefix>/end", "/account/second-factor/remove",
    "/account/passkeys/add", "/account/passkeys/<public_id>/remove",
}  # fmt: skip


@pytest.fixture
def moment() -> Any:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


def carried(page: str) -> dict[str, str]:
    """The fields of the page that asks, as a browser would send them."""
    form = re.search(r"<form method=\"post\" action=\"([^\"]+)\" data-kept>(.*?)</form>", page.split('id="main"')[1], re.DOTALL)
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[2])
    return {name: html.unescape(value) for name, value in fields if name not in ("csrf_token", "form_page")}


def test_the_doors_that_reveal_export_or_give_rights_ask(app: Flask):
    asking = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "needs_fresh_proof", False) and "POST" in rule.methods
    }
    assert asking == GUARDED


def test_within_a_quarter_of_an_hour_of_signing_in_nobody_is_asked(sign_in, moment):
    browser = sign_in("administrator")
    moment.shift(14 * 60)
    assert "data-testid" in browser.post("/staff/add", data=NEW).text


def test_later_the_page_asks_in_place_and_goes_on_with_what_was_typed(sign_in, moment):
    browser = sign_in("administrator")
    moment.shift(15 * 60)
    page = browser.post("/staff/add", data=NEW)
    assert page.status_code == 403 and "Please confirm that it is you" in page.text
    assert queries.by_username("wang.li") is None
    assert carried(page.text) == NEW
    done = browser.post("/staff/add", data=carried(page.text) | {"proof": PASSWORD})
    assert "data-testid" in done.text and queries.by_username("wang.li").name_zh == "王丽"
    moment.shift(14 * 60)
    assert browser.post("/staff/members/wang.li/password").status_code == 200


def test_a_wrong_answer_does_nothing_keeps_what_was_typed_and_counts(sign_in, moment):
    browser = sign_in("administrator")
    moment.shift(15 * 60)
    answers = [browser.post("/staff/add", data=NEW | {"proof": f"wrong password {n}"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert carried(answers[0].text) == NEW and queries.by_username("wang.li") is None
    assert browser.post("/staff/add", data=NEW | {"proof": PASSWORD}).status_code == 429


def test_a_proof_takes_a_new_key_and_leaves_the_hours_as_they_were(app, sign_in, moment):
    browser = sign_in("administrator")
    before = browser.get_cookie("card_desk").value
    moment.shift(15 * 60)
    browser.post("/staff/add", data=NEW | {"proof": PASSWORD})
    assert browser.get_cookie("card_desk").value != before
    thief = app.test_client()
    thief.set_cookie("card_desk", before)
    assert thief.get("/account/").status_code == 302


def test_whoever_has_a_second_factor_proves_it_with_a_code_and_no_longer_with_the_password(sign_in, moment):
    browser = sign_in("administrator")
    browser.post("/account/second-factor/begin")
    secret = re.sub(r"\s", "", re.search(r"<dd>((?:[A-Z2-7]{4} ?){8})</dd>", browser.get("/account/second-factor/enrol").text)[1])
    browser.post("/account/second-factor/enrol", data={"verification_code": pyotp.TOTP(secret).at(clock.now())})
    moment.shift(15 * 60)
    assert "Six digits" in browser.post("/staff/add", data=NEW).text
    assert browser.post("/staff/add", data=NEW | {"proof": PASSWORD}).status_code == 422
    assert "data-testid" in browser.post("/staff/add", data=NEW | {"proof": pyotp.TOTP(secret).at(clock.now())}).text


def test_a_full_id_number_is_shown_after_the_proof_with_the_reason_that_was_typed(sign_in, moment):
    resident = make_resident()
    browser = sign_in("reviewer")
    moment.shift(15 * 60)
    page = browser.post(f"/residents/{resident.public_id}/reveal", data={"reason": "Compares the ID card"})
    assert "revealed" not in page.text and carried(page.text) == {"reason": "Compares the ID card"}
    shown = browser.post(f"/residents/{resident.public_id}/reveal", data=carried(page.text) | {"proof": PASSWORD})
    assert 'class="revealed"' in shown.text
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    said = [(entry.action, entry.reason) for entry in entries[-2:]]
    assert said == [("staff.proof_given", None), ("residents.revealed", "Compares the ID card")]


def test_a_list_leaves_as_a_file_after_the_proof_as_it_was_asked_for(sign_in, moment, make_staff):
    make_staff("reviewer", username="li")
    browser = sign_in("administrator")
    moment.shift(15 * 60)
    page = browser.post("/lists/staff/export", data={"file": "csv", "role": "reviewer"})
    assert page.status_code == 403 and carried(page.text) == {"file": "csv", "role": "reviewer"}
    done = browser.post("/lists/staff/export", data=carried(page.text) | {"proof": PASSWORD})
    assert done.mimetype == "text/csv" and "li" in done.text


def test_markup_that_was_typed_is_carried_as_text(sign_in, moment):
    browser = sign_in("administrator")
    moment.shift(15 * 60)
    page = browser.post("/staff/add", data=NEW | {"name_en": '"><b id=zz>'})
    assert "<b id=zz" not in page.text and carried(page.text)["name_en"] == '"><b id=zz>'


def test_without_a_prover_nothing_proves_anything(app):
    assert fresh_proof._nobody(PASSWORD) is False
