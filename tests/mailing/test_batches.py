"""A batch before its labels exist: what goes in, what does not, and who was faster."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from admin_app.audit.models import AuditEntry
from admin_app.cards import operations as cards
from admin_app.cards import queries as card_queries
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, StaleVersion
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.mailing import rules
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.operations import batches, moves
from admin_app.mailing.queries import batches as queries
from admin_app.staff.models import StaffMember
from tests.factories.foundation import used_window
from tests.factories.mailing import labelled_batch, open_batch, parcels_of, ready_cards, stock
from tests.owner import unguarded_transaction


def test_a_batch_has_a_parcel_for_each_card_with_the_address_as_it_was(clerk, centre, mailer):
    cards_ready = ready_cards(3, clerk, centre, mailer, recipient="王䶮", address="一行\n二行", postcode="310012")
    batch = open_batch(cards_ready, mailer, start_cell=4, label_language="en")
    assert (batch.status, batch.parcel_count, batch.start_cell, batch.label_language) == ("open", 3, 4, "en")
    first = batch.parcels[0]
    assert (first.recipient, first.postcode, first.address, first.status) == ("王䶮", "310012", "一行\n二行", "planned")
    assert [parcel.position for parcel in batch.parcels] == [1, 2, 3]
    assert all(rules.is_parcel_number(parcel.number) for parcel in batch.parcels)
    with transaction():
        cards_ready[0].application.address = "elsewhere"
    assert batch.parcels[0].address == "一行\n二行"


def test_references_count_up_within_the_day(clerk, centre, mailer):
    first, second = (open_batch(ready_cards(1, clerk, centre, mailer), mailer) for _ in range(2))
    assert first.reference.startswith("JJ-") and first.reference.endswith("-01")
    assert second.reference.endswith("-02")


def test_a_card_is_in_one_live_parcel_only(clerk, centre, mailer):
    chosen = ready_cards(2, clerk, centre, mailer)
    open_batch(chosen[:1], mailer)
    with pytest.raises(batches.CardNotReady) as refused, transaction():
        batches.open_batch(chosen, stock=stock(), by=mailer)
    assert refused.value.details == {"cards": [chosen[0].public_id]}
    assert db.session.query(MailingBatch).count() == 1
    assert [card.id for card in queries.ready_cards(mailer, limit=10)] == [chosen[1].id]


def test_of_many_who_take_one_card_at_once_one_gets_it(app, clerk, centre, mailer):
    card_id, mailer_id = ready_cards(1, clerk, centre, mailer)[0].public_id, mailer.id
    db.session.rollback()
    gate, wins, losses = Barrier(5), [], []

    def take() -> None:
        with app.app_context():
            me = db.session.get(StaffMember, mailer_id)
            card = card_queries.by_public_id(me, card_id)
            label_stock = stock()
            gate.wait()
            try:
                with transaction():
                    batches.open_batch([card], stock=label_stock, by=me)
                wins.append(1)
            except Conflict:
                losses.append(1)
            db.session.remove()

    threads = [Thread(target=take) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(wins), len(losses)) == (1, 4)
    assert db.session.query(Parcel).count() == 1


@pytest.mark.parametrize("changes", [{"delivery": "collect"}, {"address": ""}, {"recipient": ""}], ids=str)
def test_a_card_that_cannot_go_by_post_is_refused(changes, clerk, centre, mailer):
    chosen = ready_cards(1, clerk, centre, mailer, **changes)
    with pytest.raises(batches.CardNotReady), transaction():
        batches.open_batch(chosen, stock=stock(), by=mailer)


@pytest.mark.parametrize("choices", [{"start_cell": 0}, {"start_cell": 15}, {"label_language": "fr"}], ids=str)
def test_a_sheet_that_does_not_exist_is_refused(choices, clerk, centre, mailer):
    chosen = ready_cards(1, clerk, centre, mailer)
    with pytest.raises(batches.BatchRefused), transaction():
        batches.open_batch(chosen, stock=stock(), by=mailer, **choices)


def test_no_batch_without_cards(mailer):
    with pytest.raises(batches.BatchRefused), transaction():
        batches.open_batch([], stock=stock(), by=mailer)


def test_cards_come_and_go_before_the_labels(clerk, centre, mailer):
    first, second = ready_cards(2, clerk, centre, mailer)
    batch = open_batch([first], mailer)
    with transaction():
        batches.add_cards(batch, [second], by=mailer)
    with transaction():
        batches.take_out(batch.parcels[0], by=mailer)
    assert batch.parcel_count == 1
    assert [parcel.card_id for parcel in parcels_of(batch)] == [second.id]
    assert [card.id for card in queries.ready_cards(mailer, limit=10)] == [first.id]


def test_a_cancelled_batch_gives_its_cards_back(clerk, centre, mailer):
    chosen = ready_cards(2, clerk, centre, mailer)
    batch = open_batch(chosen, mailer)
    with transaction():
        batches.cancel(batch, by=mailer)
    assert batch.status == "cancelled"
    assert len(queries.ready_cards(mailer, limit=10)) == 2
    open_batch(chosen, mailer)


def test_a_labelled_batch_is_neither_changed_nor_cancelled(clerk, centre, mailer):
    more = ready_cards(1, clerk, centre, mailer)
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    with pytest.raises(Conflict), transaction():
        batches.add_cards(batch, more, by=mailer)
    with pytest.raises(batches.BatchRefused), transaction():
        batches.cancel(batch, by=mailer)
    with pytest.raises(Conflict), transaction():
        batches.choose_sheet(batch, stock=stock(), printer=None, start_cell=1, label_language="zh", version=batch.version, by=mailer)


def test_taking_out_a_labelled_parcel_needs_a_reason_and_voids_the_label(clerk, centre, mailer):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    parcel = batch.parcels[0]
    with pytest.raises(TextRefused), transaction():
        batches.take_out(parcel, by=mailer)
    with transaction():
        batches.take_out(parcel, by=mailer, reason="card bent")
    assert parcel.status == "removed"
    assert parcel.labels[0].voided_at is not None
    with transaction():
        batches.cancel(batch, by=mailer)
    assert batch.status == "cancelled"


def test_a_form_of_an_older_batch_changes_nothing(clerk, centre, mailer):
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    old = batch.version
    sheet = {"stock": stock("T100150"), "printer": None, "start_cell": 1, "label_language": "en", "by": mailer}
    with transaction():
        batches.choose_sheet(batch, version=old, **sheet)
    assert (batch.stock.code, batch.label_language) == ("T100150", "en")
    with pytest.raises(StaleVersion), transaction():
        batches.choose_sheet(batch, version=old, **sheet)


def test_a_corrected_recipient_stands_on_the_parcel_only(clerk, centre, mailer):
    chosen = ready_cards(1, clerk, centre, mailer, recipient="孙𱁭")
    parcel = open_batch(chosen, mailer).parcels[0]
    with transaction():
        batches.correct_recipient(
            parcel, recipient=" 孙(Yan) ", postcode="310 012", address=" 文三路 \r\n\r\n 90号 ", version=parcel.version, by=mailer
        )
    assert (parcel.recipient, parcel.postcode, parcel.address) == ("孙(Yan)", "310012", "文三路\n90号")
    assert chosen[0].application.recipient == "孙𱁭"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "mailing.recipient_corrected")).one()
    assert entry.changes == {"fields": ["recipient", "address"]}


@pytest.mark.parametrize(
    "texts", [{"recipient": ""}, {"address": " \n "}, {"recipient": "x" * 61}, {"postcode": "12345"}, {"recipient": "孙𱁭"}], ids=str
)
def test_a_label_without_a_printable_recipient_is_refused(texts, clerk, centre, mailer):
    parcel = open_batch(ready_cards(1, clerk, centre, mailer), mailer).parcels[0]
    whole = {"recipient": "王", "postcode": "310012", "address": "路"} | texts
    with pytest.raises((batches.RecipientRefused, TextRefused)), transaction():
        batches.correct_recipient(parcel, **whole, version=parcel.version, by=mailer)


def test_a_spoiled_card_leaves_the_ready_list(clerk, centre, mailer):
    card = ready_cards(1, clerk, centre, mailer)[0]
    with transaction():
        cards.spoil(card, "bent", by=mailer)
    assert queries.ready_cards(mailer, limit=10) == []


@pytest.mark.parametrize("status", rules.BatchStatus)
@pytest.mark.parametrize("verb", rules.BATCH_MOVES)
def test_every_batch_status_and_verb_follows_the_table(verb, status, clerk, centre, mailer):
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    sources, target = rules.BATCH_MOVES[verb]
    with unguarded_transaction():
        batch.status = str(status)
    used_window(batch, mailer)
    with transaction():
        if status in sources:
            moves.BATCHES.move(batch, verb, by=mailer)
            assert batch.status == target
        else:
            with pytest.raises(Conflict):
                moves.BATCHES.move(batch, verb, by=mailer)
            assert batch.status == status
