"""Label and card are scanned as a pair; what does not go together stops the desk, and nothing leaves before every pair was right."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from admin_app.audit.models import AuditEntry
from admin_app.cards import operations as cards
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict
from admin_app.mailing.models import MailingBatch, StuffingStop
from admin_app.mailing.operations import batches, labels, posting, stuffing
from admin_app.mailing.queries import printed
from admin_app.mailing.queries import stuffing as queries
from tests.factories.mailing import labelled_batch, open_batch, parcels_of, ready_cards, s10, stuff_all, stuffed_batch
from tests.factories.staff import make_staff
from tests.owner import run


@pytest.fixture
def batch(clerk, centre, mailer) -> MailingBatch:
    """Three parcels with their labels."""
    return labelled_batch(ready_cards(3, clerk, centre, mailer), mailer)


def scan(batch: MailingBatch, label: str, serial: str, mailer: Any, **more: Any) -> stuffing.Scanned:
    with transaction():
        return stuffing.stuff(batch, label, serial, by=mailer.actor, **more)


def actions() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_right_pair_lies_in_its_envelope_and_says_who_and_when(batch, mailer):
    parcel = batch.parcels[0]
    found = scan(batch, parcel.number.lower(), f" {parcel.card.serial} ", mailer)
    assert (found.outcome, parcel.status, parcel.stuffed_by_id) == ("right", "stuffed", mailer.id)
    assert abs((clock.now() - parcel.stuffed_at).total_seconds()) < 60
    assert actions()[-1] == "mailing.parcel_stuffed"
    books = queries.balance(batch)
    assert (books.labelled, books.remaining, books.stuffed, books.missing, books.is_even) == (3, 3, 1, 2, False)


def test_a_page_adds_the_books_up_from_its_labels_as_the_posting_does(batch, mailer):
    first, second, third = batch.parcels
    scan(batch, first.number, first.card.serial, mailer)
    with transaction():
        labels.reprint(second, reason="torn in the printer", start_cell=1, by=mailer)
    with transaction():
        batches.take_out(third, reason="said in words", why="missing", by=mailer)
    books = queries.balance(batch)
    assert (books.labelled, books.reprinted, books.removed, books.remaining, books.stuffed) == (3, 1, {"missing": 1}, 2, 1)
    assert queries.balance_of(printed.labels_of(batch), parcels_of(batch)) == books


def test_the_same_pair_again_changes_nothing(batch, mailer):
    parcel = batch.parcels[0]
    scan(batch, parcel.number, parcel.card.serial, mailer)
    before = (parcel.version, len(actions()))
    assert scan(batch, parcel.number, parcel.card.serial, mailer).outcome == "already"
    assert (parcel.version, len(actions())) == before


def wrong_pair(fault: str, batch: MailingBatch, more_cards: Any, mailer: Any) -> tuple[str, str]:
    """Label and serial that do not go together, for this reason; what else has to be so is made so."""
    first, _second, third = batch.parcels
    if fault in ("no_label", "no_card", "other_card"):
        serials = {"no_card": "NOCARD0001", "other_card": third.card.serial}
        return (first.card.serial if fault == "no_label" else first.number), serials.get(fault, first.card.serial)
    if fault == "other_batch":
        other = labelled_batch(more_cards(), mailer).parcels[0]
        return other.number, other.card.serial
    if fault == "a card of no parcel":
        return first.number, more_cards()[0].serial
    with transaction():
        if fault == "void_label":
            labels.reprint(first, reason="torn", start_cell=1, by=mailer)
        elif fault == "spoiled":
            cards.spoil(first.card, "bent", by=mailer)
        else:
            batches.take_out(first, reason="moved", by=mailer)
    if fault == "not_here":
        run(f"UPDATE label SET voided_at = NULL WHERE parcel_id = {first.id}")
    return first.number, first.card.serial


@pytest.mark.parametrize(
    "fault", ["no_label", "void_label", "other_batch", "not_here", "no_card", "other_card", "spoiled", "a card of no parcel"]
)
def test_a_wrong_pair_is_named_logged_and_moves_nothing(fault, batch, clerk, centre, mailer):
    first, second, third = batch.parcels
    label, serial = wrong_pair(fault, batch, lambda: ready_cards(1, clerk, centre, mailer), mailer)
    before = [parcel.status for parcel in batch.parcels]
    found = scan(batch, label, serial, mailer)
    assert found.outcome == "stopped"
    assert found.stop.fault == {"a card of no parcel": "no_card"}.get(fault, fault)
    assert [parcel.status for parcel in batch.parcels] == before
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "mailing.wrong_pair")).one()
    assert (entry.subject_ref, entry.changes["fault"]) == (batch.reference, found.stop.fault)
    if fault == "other_card":
        assert (found.stop.parcel_id, found.stop.other_id, entry.changes["other"]) == (first.id, third.id, third.number)
    assert second.status == "labelled"


def test_nothing_is_packed_until_the_wrong_pair_was_put_right(batch, mailer, colleague_of_mail):
    first, second, third = batch.parcels
    scan(batch, first.number, second.card.serial, mailer)
    assert scan(batch, third.number, third.card.serial, mailer).outcome == "stopped"
    assert third.status == "labelled" and db.session.scalar(sa.select(sa.func.count(StuffingStop.id))) == 1
    assert scan(batch, third.number, third.card.serial, colleague_of_mail).outcome == "right", "the desk of a colleague goes on"
    with transaction():
        assert stuffing.settle_stop(batch, by=mailer.actor) == 1
    assert scan(batch, first.number, first.card.serial, mailer).outcome == "right"
    with pytest.raises(Conflict), transaction():
        stuffing.settle_stop(batch, by=mailer.actor)
    assert actions().count("mailing.wrong_pair_settled") == 1


@pytest.mark.parametrize("missing", ["label", "card"])
def test_half_a_pair_asks_for_the_other_half(missing, batch, mailer):
    parcel = batch.parcels[0]
    with pytest.raises(stuffing.ScanIncomplete) as refused:
        scan(batch, "" if missing == "label" else parcel.number, "" if missing == "card" else parcel.card.serial, mailer)
    assert refused.value.details["field"] == missing


def test_one_pair_is_taken_back_and_scanned_anew(batch, mailer):
    parcel = batch.parcels[0]
    scan(batch, parcel.number, parcel.card.serial, mailer, tracking=s10(5))
    assert parcel.tracking_number == s10(5)
    with transaction():
        stuffing.unstuff(parcel, by=mailer.actor)
    assert (parcel.status, parcel.stuffed_at, parcel.stuffed_by_id, parcel.tracking_number) == ("labelled", None, None, None)
    assert scan(batch, parcel.number, parcel.card.serial, mailer, tracking=s10(5)).outcome == "right"


def test_a_number_that_is_scanned_along_stands_at_the_parcel_and_no_other_gets_it(batch, mailer):
    first, second, _third = batch.parcels
    scan(batch, first.number, first.card.serial, mailer)
    assert scan(batch, first.number, first.card.serial, mailer, tracking=s10(5).lower()).outcome == "already"
    assert first.tracking_number == s10(5)
    for wrong in (s10(5), "RR000000021CN", second.number):
        with pytest.raises(posting.NumberRefused):
            scan(batch, second.number, second.card.serial, mailer, tracking=wrong)
        assert second.status == "labelled"


def test_a_label_that_is_printed_again_is_scanned_with_its_card_again(batch, mailer):
    stuff_all(batch, mailer)
    parcel = batch.parcels[0]
    with transaction():
        fresh = labels.reprint(parcel, reason="torn", start_cell=1, by=mailer)
    assert (parcel.status, queries.balance(batch).missing, queries.balance(batch).reprinted) == ("labelled", 1, 1)
    assert scan(batch, parcel.number, parcel.card.serial, mailer).stop.fault == "void_label"
    with transaction():
        stuffing.settle_stop(batch, by=mailer.actor)
    assert scan(batch, fresh.code, parcel.card.serial, mailer).outcome == "right"


def post(batch: MailingBatch, mailer: Any) -> int:
    typed = {parcel.public_id: parcel.tracking_number or s10(60 + parcel.position) for parcel in parcels_of(batch)}
    with transaction():
        return posting.mark_posted(batch, typed, posted_on=clock.today(), version=batch.version, by=mailer)


@pytest.mark.parametrize("lacks", ["a scan", "a settled stop"])
def test_a_batch_does_not_leave_before_its_books_are_even(lacks, batch, mailer):
    if lacks == "a settled stop":
        stuff_all(batch, mailer)
        scan(batch, batch.parcels[0].number, batch.parcels[1].card.serial, mailer)
    with pytest.raises(posting.NotPacked):
        post(batch, mailer)
    db.session.rollback()
    assert batch.status == "labelled"


@pytest.mark.parametrize("why", ["spoiled", "missing", "address", "held_back", "other"])
def test_each_parcel_that_stays_behind_is_a_difference_with_its_reason(why, batch, mailer):
    first = batch.parcels[0]
    with transaction():
        if why == "spoiled":
            cards.spoil(first.card, "bent", by=mailer)
        batches.take_out(first, reason="said in words", why="other" if why == "spoiled" else why, by=mailer)
    assert (first.removed_why, queries.balance(batch).removed) == (why, {why: 1})
    stuff_all(batch, mailer)
    assert queries.balance(batch).is_even and post(batch, mailer) == 2


def test_a_difference_that_is_none_is_refused(batch, mailer):
    with pytest.raises(batches.BatchRefused), transaction():
        batches.take_out(batch.parcels[0], reason="x y z", why="lost in space", by=mailer)


def test_numbers_that_were_scanned_with_two_envelopes_can_change_places_at_posting(clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(2, clerk, centre, mailer), mailer)
    first, second = batch.parcels
    for parcel, number in ((first, s10(1)), (second, s10(2))):
        scan(batch, parcel.number, parcel.card.serial, mailer, tracking=number)
    with transaction():
        typed = {first.public_id: s10(2), second.public_id: s10(1)}
        posting.mark_posted(batch, typed, posted_on=clock.today(), version=batch.version, by=mailer)
    assert [parcel.tracking_number for parcel in (first, second)] == [s10(2), s10(1)]


def test_an_open_batch_is_not_packed(clerk, centre, mailer):
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    with pytest.raises(Conflict):
        scan(batch, batch.parcels[0].number, batch.parcels[0].card.serial, mailer)


def test_the_database_itself_lets_no_parcel_leave_that_was_not_packed(batch, mailer):
    with pytest.raises(IntegrityError, match="no such move"):
        run(f"UPDATE parcel SET status = 'posted' WHERE id = {batch.parcels[0].id}")


@pytest.fixture
def colleague_of_mail(app, mailer):
    """Somebody else of the mailroom."""
    return make_staff("mailroom_clerk", username="second-mailer")


def test_without_a_script_the_form_with_two_fields_does_it(batch, mailer, sign_in):
    browser, url = sign_in(mailer), f"/mailing/batches/{batch.public_id}/stuffing"
    parcel, other = batch.parcels[:2]
    half = browser.post(url, data={"label": parcel.number, "card": ""})
    assert half.status_code == 422 and f'value="{parcel.number}"' in half.text and "Now scan the card." in half.text
    done = browser.post(url, data={"label": parcel.number, "card": parcel.card.serial}, follow_redirects=True).text
    assert "big-good" in done and parcel.number in done
    wrong = browser.post(url, data={"label": other.number, "card": parcel.card.serial})
    assert wrong.status_code == 409 and "big-bad" in wrong.text and "data-scan-pairs" not in wrong.text
    assert "big-bad" in browser.get(url).text, "it stands until it is settled"
    page = browser.post(f"{url}/settle", follow_redirects=True).text
    assert "big-bad" not in page and "data-scan-pairs" in page
    undone = browser.post(f"{url}/undo", data={"parcel": parcel.public_id}, follow_redirects=True).text
    assert "is open again" in undone


def test_a_script_is_answered_with_the_part_that_changes(batch, mailer, sign_in):
    browser, url = sign_in(mailer), f"/mailing/batches/{batch.public_id}/stuffing"
    first, second = batch.parcels[:2]
    said = {"HX-Request": "true"}
    right = browser.post(url, data={"label": first.number, "card": first.card.serial}, headers=said)
    assert (right.status_code, "<html" in right.text, 'data-outcome="right"' in right.text) == (200, False, True)
    stopped = browser.post(url, data={"label": second.number, "card": first.card.serial}, headers=said)
    assert (stopped.status_code, 'data-outcome="stopped"' in stopped.text) == (409, True)
    half = browser.post(url, data={"label": second.number, "card": ""}, headers=said)
    assert (half.status_code, 'data-outcome="stopped"' in half.text) == (422, True)


def test_whoever_only_reads_sees_the_list_and_no_desk(batch, sign_in, supervisor):
    page = sign_in(supervisor).get(f"/mailing/batches/{batch.public_id}/stuffing")
    assert page.status_code == 200 and "data-scan-pairs" not in page.text and batch.parcels[0].number in page.text
