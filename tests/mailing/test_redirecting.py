"""Where a card goes changes after the case was handed in, until the card lies in a batch: audited, compare-and-set, refused with words."""

import pytest
from sqlalchemy import select

from admin_app.applications.models import Application
from admin_app.applications.operations.details import InvalidCase
from admin_app.audit.models import AuditEntry
from admin_app.cards import queries as cards
from admin_app.cards.models import Card
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import NotAllowed, StaleVersion
from admin_app.foundation.typed_text.texts import ReasonMissing
from admin_app.mailing.operations import batches
from admin_app.mailing.operations.redirecting import CHANGEABLE, TooLate, redirect
from tests.factories.applications import make_application
from tests.factories.cards import approved, make_card, ready_card
from tests.factories.mailing import open_batch

MOVED = {"delivery": "post", "recipient": "王龑", "postcode": "310013", "address": "天目山路1号"}
COUNTER = {"delivery": "collect", "recipient": "", "postcode": "", "address": ""}


def send(case: Application, by, changes=MOVED, **more) -> None:
    with transaction():
        redirect(case, by=by, **({"reason": "moved house", "version": case.version} | changes | more))


@pytest.mark.parametrize("status", sorted(CHANGEABLE - {"recommended"}))
def test_address_and_recipient_change_in_every_status_after_submission(status, clerk, centre):
    case = make_application(clerk, centre, status=status, is_open=status != "approved")
    send(case, clerk)
    assert (case.recipient, case.postcode, case.address, case.address_changed_on) == ("王龑", "310013", "天目山路1号", clock.today())
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "applications.redirected")).one()
    assert (entry.reason, entry.fact("fields")) == ("moved house", ["recipient", "postcode", "address"])


@pytest.mark.parametrize("status", ["requested", "made", "ready"])
def test_a_card_that_is_asked_for_changes_its_list_with_the_case(status, clerk, centre):
    card = make_card(approved(clerk, centre), status)
    send(card.application, clerk, COUNTER)
    assert (card.application.delivery, card.application.address, card.delivery) == ("collect", "", "collect")
    if status == "ready":
        assert [one.id for one in cards.page(clerk.actor, "to_collect").rows] == [card.id]


def test_once_it_lies_in_a_batch_it_is_too_late_until_it_is_taken_out(clerk, centre, mailer):
    card = ready_card(clerk, centre, by=mailer)
    batch = open_batch([card], mailer)
    with pytest.raises(TooLate) as refused:
        send(card.application, clerk)
    assert batch.reference in str(refused.value.message) and batch.parcels[0].number in str(refused.value.message)
    db.session.rollback()
    with transaction():
        batches.take_out(batch.parcels[0], by=mailer)
    send(card.application, clerk)
    assert card.application.postcode == "310013"


@pytest.mark.parametrize("status", ["posted", "collected"])
def test_a_card_that_has_left_goes_nowhere_else(status, clerk, centre):
    card = make_card(approved(clerk, centre), status)
    with pytest.raises(TooLate):
        send(card.application, clerk)


@pytest.mark.parametrize("status", ["draft", "rejected", "withdrawn"])
def test_a_case_without_a_card_to_come_is_refused_with_words(status, clerk, centre):
    with pytest.raises(TooLate):
        send(make_application(clerk, centre, status=status, is_open=False), clerk)


def test_of_two_the_second_is_told_and_a_reason_is_needed(clerk, centre):
    case = make_application(clerk, centre)
    with pytest.raises(ReasonMissing):
        send(case, clerk, reason="")
    db.session.rollback()
    seen = case.version
    send(case, clerk)
    with pytest.raises(StaleVersion):
        send(case, clerk, COUNTER, version=seen)


def test_what_is_saved_already_changes_nothing(clerk, centre):
    case = make_application(clerk, centre)
    send(case, clerk)
    seen = case.version
    send(case, clerk)
    assert case.version == seen
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "applications.redirected")).all()) == 1


@pytest.mark.parametrize(
    ("changes", "field"), [({"address": ""}, "address"), ({"postcode": ""}, "postcode"), ({"delivery": "pigeon"}, "delivery")]
)
def test_what_cannot_be_is_refused_at_its_field(changes, field, clerk, centre):
    with pytest.raises(InvalidCase) as refused:
        send(make_application(clerk, centre), clerk, MOVED | changes)
    assert refused.value.details["field"] == field


def test_the_mailroom_and_the_auditor_do_not_redirect(clerk, centre, mailer, make_staff):
    case = make_application(clerk, centre)
    for who in (mailer, make_staff("auditor", username="a")):
        with pytest.raises(NotAllowed):
            send(case, who)


def test_the_case_page_leads_there_and_the_form_keeps_what_was_typed(clerk, centre, mailer, sign_in):
    case, browser = make_application(clerk, centre), sign_in(clerk)
    place = f"/applications/{case.reference}/delivery"
    assert f'href="{place}"' in browser.get(f"/applications/{case.reference}").text
    form = MOVED | {"postcode": "31", "reason": "moved house", "version": str(case.version)}
    answer = browser.post(place, data=form)
    assert answer.status_code == 422 and 'value="31"' in answer.text and "six digits" in answer.text
    assert browser.post(place, data=form | {"postcode": "310013"}).status_code == 302
    assert db.session.get_one(Application, case.id).postcode == "310013"


def test_a_batched_card_offers_no_change_and_says_why(clerk, centre, mailer, sign_in):
    card = ready_card(clerk, centre, by=mailer)
    open_batch([card], mailer)
    browser, place = sign_in(clerk), f"/applications/{card.application.reference}/delivery"
    assert place not in browser.get(f"/applications/{card.application.reference}").text
    answer = browser.get(place)
    assert answer.status_code == 409 and "mailing batch" in answer.text
    assert db.session.get_one(Card, card.id).delivery == "post"
