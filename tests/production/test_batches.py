"""A production batch: which cards it holds, that they stay, what is left out and why, cancelling, sending."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from admin_app.audit.models import AuditEntry
from admin_app.cards import operations as cards
from admin_app.cards.models import Card
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.envelopes import CertificateRefused
from admin_app.foundation.errors import Conflict, NotAllowed, StaleVersion
from admin_app.production.operations import batches
from admin_app.production.operations.moves import ProductionRefused
from admin_app.production.queries import batches as queries
from admin_app.production.queries.batches import Wish
from admin_app.residents.models import Resident
from tests.factories.cards import requested_card
from tests.factories.centres import make_centre
from tests.factories.production import (
    card_with_photo,
    cards_with_photos,
    certificate,
    lines_of,
    make_maker,
    make_production,
    open_production,
    photo_file,
    sent_production,
)  # fmt: skip
from tests.owner import run


def fresh(row):
    db.session.rollback()
    db.session.expire_all()
    return row


def statuses() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Card.status).order_by(Card.id)))


def test_a_batch_takes_the_longest_waiting_cards_of_a_centre(clerk, centre, mailer):
    elsewhere = make_centre("XX")
    _other, *here = [card_with_photo(clerk, elsewhere), *cards_with_photos(3, clerk, centre)]
    batch = open_production(mailer, centre_id=centre.id, most=2)
    assert [line.card_id for line in lines_of(batch)] == [card.id for card in here[:2]]
    assert (batch.card_count, batch.waiting_count, batch.exported_count) == (2, 2, 2)
    assert statuses() == ["requested", "in_production", "in_production", "requested"]


def test_each_card_has_a_key_that_is_no_number_of_a_person_and_its_line_in_the_log(clerk, centre, mailer):
    cards_with_photos(2, clerk, centre)
    batch = open_production(mailer)
    keys = [line.key for line in lines_of(batch)]
    assert len(set(keys)) == 2 and all(len(key) == 12 for key in keys)
    told = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "cards.sent_to_maker")).all()
    assert [entry.changes["production_batch"] for entry in told] == [batch.reference] * 2


def test_cards_of_restricted_residents_are_not_chosen(clerk, centre, mailer):
    held, _free = cards_with_photos(2, clerk, centre)
    with transaction() as session:
        session.execute(sa.update(Resident).where(Resident.id == held.application.resident_id).values(is_restricted=True))
    open_production(mailer)
    assert statuses() == ["requested", "in_production"]


def test_no_card_no_maker_and_a_certificate_that_is_over_are_refused(clerk, centre, mailer):
    with pytest.raises(ProductionRefused), transaction():
        batches.freeze(Wish(most=9), maker=make_maker(), by=mailer.actor)
    with pytest.raises(ProductionRefused), transaction():
        batches.freeze(Wish(most=9), maker=None, by=mailer.actor)
    with pytest.raises(CertificateRefused), transaction():
        batches.freeze(Wish(most=9), maker=make_maker("OLD", certificate=certificate(days=-1)), by=mailer.actor)


def test_a_clerk_of_the_counter_opens_none(clerk, centre, mailer):
    with pytest.raises(NotAllowed), transaction():
        batches.freeze(Wish(most=9), maker=make_maker(), by=clerk.actor)


@pytest.mark.parametrize("change", ["card_id = card_id + 1", "position = 9", "key = 'X'", "batch_id = batch_id + 1"])
def test_what_was_chosen_is_not_changed_whatever_the_sql(clerk, centre, mailer, change):
    cards_with_photos(1, clerk, centre)
    open_production(mailer)
    with pytest.raises(IntegrityError, match="what was chosen stays"):
        run(f"UPDATE production_line SET {change}")


def test_no_line_is_deleted_and_no_outcome_goes_back(clerk, centre, mailer):
    cards_with_photos(1, clerk, centre)
    batch = open_production(mailer)
    with pytest.raises(IntegrityError, match="what was chosen stays"):
        run("DELETE FROM production_line")
    with pytest.raises(IntegrityError, match="no such outcome now"):  # the maker does not have it yet
        run("UPDATE production_line SET outcome = 'made'")
    with transaction():
        batches.cancel(fresh(batch), version=batch.version, by=mailer.actor)
    with pytest.raises(IntegrityError, match="no such outcome now"):
        run("UPDATE production_line SET outcome = 'waiting'")


def test_a_card_without_a_photo_is_left_out_with_the_reason_and_the_others_go(clerk, centre, mailer):
    requested_card(clerk, centre)
    cards_with_photos(1, clerk, centre)
    batch = open_production(mailer)
    assert [(line.outcome, line.why) for line in lines_of(batch)] == [("left_out", "no_photo"), ("waiting", "")]
    assert (batch.waiting_count, batch.exported_count) == (1, 1)
    assert statuses() == ["requested", "in_production"]


def test_a_photo_of_another_shape_is_left_out_and_one_that_is_only_larger_is_cut(clerk, centre, mailer):
    card_with_photo(clerk, centre, photo_file(600, 441))
    card_with_photo(clerk, centre, photo_file(716, 882))
    batch = open_production(mailer)
    assert [(line.outcome, line.why) for line in lines_of(batch)] == [("left_out", "photo_form"), ("waiting", "")]


def test_nothing_but_cards_that_cannot_be_made_leaves_a_batch_without_a_package(clerk, centre, mailer):
    requested_card(clerk, centre)
    batch = open_production(mailer)
    assert (batch.waiting_count, batch.exported_at) == (0, None)
    with pytest.raises(ProductionRefused), transaction():
        batches.order_package(batch, version=batch.version, by=mailer.actor)


def test_a_card_that_is_left_out_by_hand_throws_the_package_away(clerk, centre, mailer):
    cards_with_photos(2, clerk, centre)
    batch = open_production(mailer)
    with transaction():
        batches.leave_out(batch, lines_of(batch)[0], "name was corrected", by=mailer.actor)
    fresh(batch)
    assert (batch.exported_at, batch.package_id, batch.waiting_count) == (None, None, 1)
    with pytest.raises(Conflict), transaction():
        batches.send(batch, version=batch.version, by=mailer.actor)
    with transaction():
        batches.order_package(fresh(batch), version=batch.version, by=mailer.actor)
    assert fresh(batch).exported_count == 1


def test_a_card_spoiled_meanwhile_keeps_the_batch_from_being_sent(clerk, centre, mailer):
    spoiled, _other = cards_with_photos(2, clerk, centre)
    batch = open_production(mailer)
    with transaction():
        cards.spoil(fresh(spoiled), "name was wrong", by=mailer.actor)
    with pytest.raises(Conflict, match="Conflict") as refused, transaction():
        batches.send(fresh(batch), version=batch.version, by=mailer.actor)
    assert spoiled.application.reference in str(refused.value.message)
    with transaction():
        batches.leave_out(batch, lines_of(batch)[0], "spoiled", by=mailer.actor)
    assert statuses() == ["spoiled", "in_production", "requested"]


def test_records_restricted_meanwhile_keep_the_batch_from_being_sent_and_not_from_being_cancelled(clerk, centre, mailer):
    held, _other = cards_with_photos(2, clerk, centre)
    batch = open_production(mailer)
    with transaction() as session:
        session.execute(sa.update(Resident).where(Resident.id == held.application.resident_id).values(is_restricted=True))
    with pytest.raises(Conflict) as refused, transaction():
        batches.send(fresh(batch), version=batch.version, by=mailer.actor)
    assert held.application.reference in str(refused.value.message)
    with transaction():
        batches.cancel(fresh(batch), version=batch.version, by=mailer.actor)
    assert statuses() == ["requested", "requested"]


def test_a_batch_that_was_sent_is_not_cancelled(clerk, centre, mailer):
    cards_with_photos(1, clerk, centre)
    batch = sent_production(mailer)
    with pytest.raises(Conflict), transaction():
        batches.cancel(batch, version=batch.version, by=mailer.actor)


def test_an_older_page_changes_nothing(clerk, centre, mailer):
    cards_with_photos(1, clerk, centre)
    batch = open_production(mailer)
    with pytest.raises(StaleVersion), transaction():
        batches.send(batch, version=batch.version - 1, by=mailer.actor)


def test_the_maker_is_late_after_its_working_days(clerk, centre, mailer):
    maker = make_maker(answer_days=10)
    for days, is_late in ((5, False), (40, True)):
        sent = make_production(mailer, "sent", maker_id=maker.id, sent_at=clock.now() - timedelta(days=days))
        assert queries.is_late(sent) == is_late
    assert not queries.is_late(make_production(mailer, "closed", maker_id=maker.id, sent_at=clock.now() - timedelta(days=40)))


def test_the_search_box_finds_a_batch_however_its_number_is_typed(clerk, centre, mailer, sign_in):
    cards_with_photos(1, clerk, centre)
    batch = open_production(mailer)
    page = sign_in(mailer).post("/search/", data={"q": batch.reference.replace("-", "").lower()}, follow_redirects=True)
    assert batch.reference in page.text


def test_where_is_my_card_says_since_when_it_is_at_the_maker(clerk, centre, mailer, sign_in):
    (card,) = cards_with_photos(1, clerk, centre)
    batch = open_production(mailer)
    browser = sign_in(mailer)
    assert "not been sent to the maker yet" in browser.get(f"/cards/{card.public_id}").text
    with transaction():
        batches.send(fresh(batch), version=batch.version, by=mailer.actor)
    page = browser.get(f"/cards/{card.public_id}").text
    assert f"The card is at the maker since {clock.today():%Y-%m-%d}" in page and batch.reference in page
