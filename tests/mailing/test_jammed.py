"""Labels that did not print are one action: a row of cells is void, and all of it is printed again in one file."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from admin_app.foundation.database import db, transaction
from admin_app.mailing.models import MailingBatch
from admin_app.mailing.operations import batches, labels
from admin_app.mailing.queries import printed, stuffing
from tests.factories.mailing import labelled_batch, ready_cards, stuff_all


@pytest.fixture
def batch(clerk, centre, mailer) -> MailingBatch:
    """Five labels from cell 3 of the first sheet on."""
    return labelled_batch(ready_cards(5, clerk, centre, mailer), mailer, start_cell=3)


def jam(batch: MailingBatch, mailer: Any, first: int, last: int, start_cell: int = 9, sheet: int = 1) -> list[str]:
    with transaction():
        made = labels.reprint_cells(batch, sheet=sheet, first=first, last=last, start_cell=start_cell, reason="printer jam", by=mailer)
        return [label.code for label in made]


def test_the_labels_of_these_cells_are_void_and_new_ones_lie_one_after_another(batch, mailer):
    parcels = list(batch.parcels)
    assert jam(batch, mailer, 4, 6) == [f"{parcel.number}-2" for parcel in parcels[1:4]]
    db.session.rollback()
    assert [bool(one.void) for one in printed.of_batch(batch)] == [False, True, True, True, False]
    (group,) = printed.reprints_of(batch)
    assert [label.start_cell for label in group] == [9, 10, 11]
    assert len({label.file_id for label in group}) == 1 and group[0].file_id is not None
    assert stuffing.balance(batch).reprinted == 3


def test_what_is_void_already_is_left_out_and_cells_without_a_label_are_refused(batch, mailer):
    jam(batch, mailer, 4, 4)
    assert len(jam(batch, mailer, 3, 5)) == 2
    for cells in ((1, 2), (4, 4), (8, 14)):
        with pytest.raises(batches.BatchRefused):
            jam(batch, mailer, *cells)
    with pytest.raises(batches.BatchRefused):
        jam(batch, mailer, 3, 7, sheet=2)


def test_a_card_that_lay_in_such_an_envelope_is_scanned_again(batch, mailer):
    stuff_all(batch, mailer)
    jam(batch, mailer, 3, 4)
    assert [parcel.status for parcel in batch.parcels] == ["labelled"] * 2 + ["stuffed"] * 3


def test_the_file_loses_what_becomes_void_later(batch, mailer, sign_in):
    codes = jam(batch, mailer, 3, 5)
    browser = sign_in(mailer)
    whole = browser.post(f"/mailing/parcels/labels/{codes[0]}.pdf")
    assert whole.status_code == 200 and all(code in words(whole.data) for code in codes)
    with transaction():
        batches.take_out(db.session.get_one(MailingBatch, batch.id).parcels[1], reason="moved", by=mailer)
    after = words(browser.post(f"/mailing/parcels/labels/{codes[0]}.pdf", data={"reason": "nothing came out"}).data)
    assert "作废" in after and codes[0] in after
    assert browser.post(f"/mailing/parcels/labels/{codes[1]}.pdf").status_code == 409


def words(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(batch, mailer, sign_in):
    browser, url = sign_in(mailer), f"/mailing/batches/{batch.public_id}/jammed"
    assert "Labels that did not print" in browser.get(url).text
    form = {"sheet": "1", "first": "1", "last": "2", "start_cell": "9", "reason": "printer jam", "version": str(batch.version)}
    refused = browser.post(url, data=form)
    assert refused.status_code == 422 and "No label that counts" in refused.text and 'value="printer jam"' in refused.text
    assert browser.post(url, data=form | {"reason": ""}).status_code == 422
    done = browser.post(url, data=form | {"last": "4"}, follow_redirects=True).text
    assert "2 labels are void" in done and "Printed again together" in done


def test_the_same_order_once_more_takes_none_of_the_new_labels(batch, mailer, sign_in):
    browser, url = sign_in(mailer), f"/mailing/batches/{batch.public_id}/jammed"
    onto = printed.of_batch(batch)[0].sheet.number
    form = {
        "sheet": "1",
        "first": "3",
        "last": "12",
        "start_cell": "8",
        "onto": onto,
        "reason": "printer jam",
        "version": str(batch.version),
    }
    assert browser.post(url, data=form).status_code == 302
    assert browser.post(url, data=form).status_code == 409
    db.session.rollback()
    assert stuffing.balance(batch).reprinted == 5
