"""The check desk: a card from the maker is right, or wrong in a way that has a word, and is then made once more."""

import pytest
import sqlalchemy as sa

from admin_app.cards import operations as cards
from admin_app.cards.models import Card
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, NotAllowed
from admin_app.production.operations import checking
from admin_app.production.rules import CheckFault
from tests.factories.production import answered, cards_with_photos, csv_of, lines_of, sent_production, taken


@pytest.fixture
def card(clerk, centre, mailer):
    """A card that came from the maker."""
    (made,) = cards_with_photos(1, clerk, centre)
    batch = sent_production(mailer)
    taken(answered(batch, csv_of([(lines_of(batch)[0].key, "SERIAL001", "")]), mailer), mailer)
    db.session.expire_all()
    return made


def test_a_serial_that_is_scanned_leads_to_what_must_be_on_the_card(card, mailer, sign_in):
    browser = sign_in(mailer)
    answer = browser.post("/production/check/", data={"serial": " serial-001 "})
    assert answer.status_code == 302 and answer.location.endswith(card.public_id)
    page = browser.get(answer.location).text
    assert card.application.resident.name in page and card.application.resident.id_number_masked in page
    assert card.application.resident.open_id_number() not in page
    assert browser.get(f"/production/check/{card.public_id}/photo").headers["Content-Type"] == "image/jpeg"


def test_a_right_card_is_ready_and_has_its_photo_shown_no_more(card, mailer, sign_in):
    browser = sign_in(mailer)
    assert browser.post(f"/production/check/{card.public_id}/right").status_code == 302
    db.session.expire_all()
    assert card.status == "ready"
    assert browser.get(f"/production/check/{card.public_id}/photo").status_code == 404
    assert browser.get(f"/production/check/{card.public_id}").status_code == 409


@pytest.mark.parametrize("typed", ["", "NOSUCHCARD", "SERIAL001"])
def test_what_does_not_wait_to_be_checked_is_said(card, mailer, sign_in, typed):
    with transaction():
        cards.mark_ready(card, by=mailer.actor)
    answer = sign_in(mailer).post("/production/check/", data={"serial": typed})
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text


def test_a_wrong_card_is_made_once_more_chained_and_put_down_to_whom_it_lies_with(card, mailer, sign_in):
    data = {"what": "wrong_name", "note": "second character", "fault": "maker", "cost": "12"}
    assert sign_in(mailer).post(f"/production/check/{card.public_id}/wrong", data=data).status_code == 302
    db.session.expire_all()
    again = db.session.scalars(sa.select(Card).where(Card.replaces_id == card.id)).one()
    assert (card.status, again.status, again.fault, again.cost_fen) == ("spoiled", "requested", "maker", 1200)
    assert "second character" in card.spoil_reason
    batch_line = checking.checking.made_line(card)
    assert batch_line is not None and batch_line.why == "wrong_name"


def test_a_card_that_is_ready_already_is_not_failed_any_more(card, mailer):
    with transaction():
        cards.mark_ready(card, by=mailer.actor)
    with pytest.raises(Conflict), transaction():
        checking.fail(card, CheckFault.CHIP, "", booked=cards.Booked("maker"), by=mailer.actor)


def test_the_counter_checks_no_cards(card, clerk):
    with pytest.raises(NotAllowed), transaction():
        checking.fail(card, CheckFault.CHIP, "", booked=cards.Booked("maker"), by=clerk.actor)
