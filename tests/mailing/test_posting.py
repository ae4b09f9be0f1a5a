"""A batch leaves whole, or the rows that are not right are named and nothing leaves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app.audit.models import AuditEntry
from admin_app.cards import operations as cards
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, StaleVersion
from admin_app.mailing.operations import batches, labels, posting
from tests.factories.mailing import open_batch, ready_cards, s10, stuffed_batch


def typed_for(batch, start: int = 1) -> dict[str, str]:
    return {parcel.public_id: s10(start + n) for n, parcel in enumerate(batch.parcels)}


def post(batch, typed, mailer, **changes) -> int:
    with transaction():
        return posting.mark_posted(batch, typed, **({"posted_on": clock.today(), "version": batch.version, "by": mailer} | changes))


def test_posting_moves_batch_parcels_cards_and_applications(clerk, centre, mailer):
    chosen = ready_cards(3, clerk, centre, mailer)
    batch = stuffed_batch(chosen, mailer)
    assert post(batch, {public_id: number.lower() for public_id, number in typed_for(batch).items()}, mailer) == 3
    today = clock.today()
    assert (batch.status, batch.posted_on) == ("posted", today)
    assert [(parcel.status, parcel.tracking_number) for parcel in batch.parcels] == [("posted", s10(n)) for n in (1, 2, 3)]
    assert {(card.status, card.application.posted_on) for card in chosen} == {("posted", today)}
    of_case = select(AuditEntry.action).where(AuditEntry.case_ref == chosen[0].application.public_id)
    actions = db.session.scalars(of_case.order_by(AuditEntry.id)).all()
    assert actions[-2:] == ["applications.posted", "notices.written"]


@pytest.mark.parametrize("wrong", ["", "RR000000021CN", "hello", "same"])
def test_one_wrong_row_refuses_all_and_is_named(wrong, clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(3, clerk, centre, mailer), mailer)
    typed = typed_for(batch)
    first, second, _third = (parcel.public_id for parcel in batch.parcels)
    typed[second] = typed[first] if wrong == "same" else wrong
    with pytest.raises(posting.PostingRefused) as refused:
        post(batch, typed, mailer)
    assert set(refused.value.details["rows"]) == ({first, second} if wrong == "same" else {second})
    db.session.rollback()
    assert (batch.status, {parcel.status for parcel in batch.parcels}) == ("labelled", {"stuffed"})
    assert {parcel.tracking_number for parcel in batch.parcels} == {None}


def test_a_number_of_an_earlier_parcel_is_refused(clerk, centre, mailer):
    first = stuffed_batch(ready_cards(1, clerk, centre, mailer), mailer)
    post(first, typed_for(first), mailer)
    second = stuffed_batch(ready_cards(1, clerk, centre, mailer), mailer)
    with pytest.raises(posting.PostingRefused):
        post(second, typed_for(second), mailer)


def test_a_card_that_was_spoiled_meanwhile_is_named(clerk, centre, mailer):
    chosen = ready_cards(2, clerk, centre, mailer)
    batch = stuffed_batch(chosen, mailer)
    with transaction():
        cards.spoil(chosen[1], "bent", by=mailer)
    with pytest.raises(posting.PostingRefused) as refused:
        post(batch, typed_for(batch), mailer)
    assert set(refused.value.details["rows"]) == {batch.parcels[1].public_id}
    with transaction():
        batches.take_out(batch.parcels[1], by=mailer, reason="card spoiled")
    assert post(batch, typed_for(batch), mailer) == 1


def test_a_batch_is_posted_once(clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(1, clerk, centre, mailer), mailer)
    post(batch, typed_for(batch), mailer)
    with pytest.raises(Conflict):
        post(batch, typed_for(batch, 5), mailer)
    assert batch.parcels[0].tracking_number == s10(1)


def test_a_batch_without_labels_is_not_posted(clerk, centre, mailer):
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    with pytest.raises(Conflict):
        post(batch, typed_for(batch), mailer)


def test_a_confirmation_of_an_older_batch_posts_nothing(clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(2, clerk, centre, mailer), mailer)
    old = batch.version
    with transaction():
        batches.take_out(batch.parcels[0], by=mailer, reason="bent")
    with pytest.raises(StaleVersion):
        post(batch, typed_for(batch), mailer, version=old)


@pytest.mark.parametrize(("days", "is_taken"), [(0, True), (7, True), (8, False), (-1, False)])
def test_the_day_of_posting_is_today_or_up_to_a_week_ago(days, is_taken, clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(1, clerk, centre, mailer), mailer)
    day = clock.today() - timedelta(days=days)
    if is_taken:
        post(batch, typed_for(batch), mailer, posted_on=day)
        assert batch.posted_on == day
    else:
        with pytest.raises(posting.DayRefused):
            post(batch, typed_for(batch), mailer, posted_on=day)


def test_a_posted_parcel_is_not_reprinted(clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(1, clerk, centre, mailer), mailer)
    post(batch, typed_for(batch), mailer)
    with pytest.raises(batches.BatchRefused), transaction():
        labels.reprint(batch.parcels[0], reason="jam", start_cell=1, by=mailer)
