"""What a resident is told to bring: what the office's own table asks of such a case at the counter."""

from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from admin_app.applications import rules
from admin_app.applications.queries import materials
from admin_app.foundation.database import db, transaction
from admin_app.foundation.settings import current
from admin_app.online import queries


def page(client: FlaskClient, reason: str, applicant: str, age: int) -> str:
    answer = client.get(f"/online/what-you-need?reason={reason}&applicant={applicant}&age={age}")
    assert answer.status_code == 200, answer.text
    return answer.text


def brought(text: str) -> list[str]:
    """The materials of the list."""
    return [item.text_content() for item in html.fromstring(text).xpath("//ul[@class='list']/li/strong")]


def test_every_answer_gives_what_the_table_asks_at_the_counter(app: Flask, client: FlaskClient) -> None:
    possible = list(product(rules.Reason, rules.Applicant, queries.ages()))
    for reason, applicant, age in possible:
        if rules.may_apply(applicant, age):
            facts = rules.Facts(reason, applicant, rules.Channel.COUNTER, age)
            asked = [str(need.label) for need in rules.needs(materials.in_force(), facts) if need.code != rules.Material.LOSS_PROOF]
            assert brought(page(client, reason, applicant, age)) == asked, facts
            assert asked
    assert len(possible) == 8 * 3 * len(queries.ages())


def test_a_line_that_the_office_changes_changes_the_list(app: Flask, client: FlaskClient) -> None:
    before = brought(page(client, "damaged", "self", 16))
    with transaction() as session:
        session.execute(db.text("UPDATE material_rule SET is_active = :no WHERE material = 'old_card'"), {"no": False})
    assert brought(page(client, "damaged", "self", 16)) == [label for label in before if label != "Old card handed in"] != before


def test_a_child_is_told_that_a_guardian_applies_and_what_may_stand_in(client: FlaskClient) -> None:
    text = page(client, "damaged", "self", 0)
    assert "younger than 16 a parent or guardian applies" in text
    assert "ID card (both sides) or Household register" in brought(text)


def test_a_lost_card_is_stopped_first(client: FlaskClient) -> None:
    text = page(client, "lost", "self", 16)
    assert f"for {current().provisional_loss_hours} hours" in text
    assert "You need not bring a proof of loss" in text
    assert "stop the card" not in page(client, "damaged", "self", 16)


@pytest.mark.parametrize(
    ("fee", "said"), [("", "Ask at the centre whether there is a fee."), ("0", "There is no fee."), ("16.50", "The fee is 16.50 yuan.")]
)
def test_the_fee_is_what_the_office_has_set(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, fee: str, said: str) -> None:
    monkeypatch.setattr(current(), "card_fee", fee)
    assert said in page(client, "damaged", "self", 16)
    assert "Ask at the centre" in page(client, "misprinted", "self", 16)


def test_what_was_not_answered_is_asked_again_and_the_rest_stays(client: FlaskClient) -> None:
    answer = client.get("/online/what-you-need?reason=lost")
    assert answer.status_code == 422
    assert "<title>Error: What you need" in answer.text
    assert 'href="#applicant-first"' in answer.text
    assert 'value="lost" id="reason-first" checked' in answer.text


def test_a_first_look_is_no_fault(client: FlaskClient) -> None:
    assert client.get("/online/what-you-need").status_code == 200


def test_a_link_to_it_stands_where_somebody_looks_for_it(client: FlaskClient) -> None:
    assert 'href="/online/what-you-need?lang=zh"' in client.get("/online/?lang=zh").text
