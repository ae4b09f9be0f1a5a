"""A resident hears that a card is lost, delivered or destroyed; what has not left follows them to another address."""

from typing import Any

import pytest
from sqlalchemy import select, update

from admin_app.applications import jobs
from admin_app.applications.operations import decisions
from admin_app.cards.models import Card
from admin_app.cards.operations import Booked, sealing
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, transaction
from admin_app.mailing.models import Parcel
from admin_app.mailing.operations import posting, tracing
from admin_app.notices.models import Notice
from admin_app.notices.operations import gateways
from admin_app.notices.operations.gateways import Outcome, Result
from admin_app.residents import operations as residents
from tests.factories.applications import make_ready_case
from tests.factories.cards import make_card, ready_card
from tests.factories.mailing import ready_cards, s10, stuffed_batch
from tests.factories.notices import make_notice


def notices() -> list[tuple[str, str, str]]:
    db.session.rollback()
    return [(notice.kind, notice.channel, notice.status) for notice in db.session.scalars(select(Notice).order_by(Notice.id))]


def newest() -> Notice:
    db.session.rollback()
    return db.session.scalars(select(Notice).order_by(Notice.id.desc())).first()


@pytest.fixture
def parcel(clerk, centre, mailer) -> Parcel:
    """One with the post; the letter of its posting has not left."""
    batch = stuffed_batch(ready_cards(1, clerk, centre, mailer), mailer)
    (made,) = batch.parcels
    with transaction():
        posting.mark_posted(batch, {made.public_id: s10(7)}, posted_on=clock.today(), version=batch.version, by=mailer)
    return made


def say_delivered(parcel: Parcel, mailer: Any) -> None:
    with transaction():
        tracing.mark_delivered(parcel, on=clock.today(), by=mailer)


def test_a_lost_card_is_told_with_the_new_one_and_not_that_it_is_on_its_way(parcel, mailer):
    with transaction():
        tracing.inquire(parcel, asked_on=clock.today(), carrier_reference="", by=mailer)
    with transaction():
        tracing.declare_lost(parcel, reason="not found", booked=Booked("post", 2000), by=mailer)
    assert notices() == [("posted", "letter", "dropped"), ("lost", "letter", "waiting")]
    assert s10(7) in newest().words and "重新制作" in newest().words


def test_a_delivery_is_told_by_a_message_and_never_by_a_letter(parcel, mailer, monkeypatch):
    say_delivered(parcel, mailer)
    assert notices() == [("posted", "letter", "waiting")]
    with transaction():
        tracing.take_back_delivery(parcel, reason="wrong row", by=mailer)
    with transaction():
        parcel.card.application.resident.seal_phone("13805715521")
    monkeypatch.setattr(settings.current(), "sms_adapter", "http")
    monkeypatch.setattr(settings.current(), "sms_hours", "00-24")
    monkeypatch.setitem(gateways.WAYS, "http", lambda *_: Outcome(Result.REFUSED, "gateway_refused"))
    say_delivered(parcel, mailer)
    assert notices()[1:] == [("delivered", "sms", "failed")], "and no letter in its place"


def test_a_destroyed_card_is_told(clerk, centre, mailer, make_staff):
    card = ready_card(clerk, centre, by=mailer, delivery="collect")
    destroy(card, mailer, make_staff("mailroom_clerk", username="second").actor)
    assert notices() == [("ready", "letter", "dropped"), ("destroyed", "letter", "waiting")]


def test_a_destroyed_card_is_not_told_where_another_one_was_made_in_its_place(clerk, centre, mailer, make_staff):
    card = ready_card(clerk, centre, by=mailer, delivery="collect")
    make_card(card.application, copy=2)
    destroy(card, mailer, make_staff("mailroom_clerk", username="second").actor)
    assert [kind for kind, *_ in notices()] == ["ready"]


def destroy(card: Card, mailer: Any, second: Any) -> None:
    with transaction():
        sealing.seal(card, because="not_collected", by=mailer)
    with transaction():
        asked = sealing.ask_destruction([card], by=mailer)
    with transaction():
        sealing.destroy(asked, by=second)


def test_a_letter_that_waits_follows_the_resident_and_a_printed_one_does_not(clerk, reviewer, centre):
    case = make_ready_case(clerk, reviewer, centre, delivery="collect", address="", postcode="", recipient="")
    with transaction():
        decisions.reject(case, by=reviewer, reasons=["not_entitled"])
    printed = make_notice(case, "posted", status="printed")
    before = printed.recipient
    with transaction():
        residents.update_contact(case.resident, postcode="310012", address="凤凰路 9 号", by=clerk)
    assert newest().recipient == before
    waiting = db.session.scalars(select(Notice).where(Notice.status == "waiting")).one()
    assert waiting.recipient.splitlines() == ["310012", "凤凰路 9 号", case.resident.name]


def test_another_address_of_the_case_moves_its_letter_and_a_second_run_changes_nothing(clerk, reviewer, centre):

    case = make_ready_case(clerk, reviewer, centre)
    with transaction():
        decisions.reject(case, by=reviewer, reasons=["not_entitled"])
    with transaction():
        residents.update_contact(case.resident, postcode="310012", address="凤凰路 9 号", by=clerk)
    assert "凤凰路" not in newest().recipient
    with transaction() as session:
        session.execute(update(type(case)).where(type(case).id == case.id).values(recipient="李四"))
    db.session.refresh(case)
    job = type("Job", (), {"arguments": {"resident_id": case.resident_id}})
    assert [jobs.readdress(job)["moved"] for _ in range(2)] == [1, 0]
    assert newest().recipient.splitlines()[1] == "凤凰路 9 号"
