"""Printed labels are opened by a form: each opening stands in the history, and none is printed a second time by accident."""

import pytest

from admin_app.foundation.database import db, transaction
from admin_app.mailing.operations import labels, openings
from admin_app.mailing.queries import parcels
from tests.factories.mailing import labelled_batch, ready_cards, stuff_all

WHY = {"reason": "the printer took no paper"}


@pytest.fixture
def batch(clerk, centre, mailer):
    """Two labels that were printed."""
    return labelled_batch(ready_cards(2, clerk, centre, mailer), mailer)


def noted(batch, mailer) -> list[str]:
    """The openings in the batch's history, the last one first."""
    db.session.rollback()
    return [one.action for one in parcels.history(mailer, batch) if "opened" in one.action and one.action != "mailing.batch_opened"]


def test_labels_that_were_opened_once_are_opened_again_only_with_a_reason(batch, mailer, sign_in):
    place, browser = f"/mailing/batches/{batch.public_id}", sign_in(mailer)
    assert 'target="_blank"' in browser.get(place).text and browser.get(f"{place}/print-again").status_code == 302
    assert browser.post(f"{place}/labels.pdf").mimetype == "application/pdf"
    for typed in ({}, {"reason": " "}, {"reason": "?"}):
        page = browser.post(f"{place}/labels.pdf", data=typed)
        assert (page.status_code, page.mimetype) == (422, "text/html")
    assert noted(batch, mailer) == [openings.OPENED]
    assert f"{place}/print-again" in browser.get(place).text and browser.get(f"{place}/print-again").status_code == 200
    assert browser.post(f"{place}/labels.pdf", data=WHY).mimetype == "application/pdf"
    assert noted(batch, mailer) == [openings.AGAIN, openings.OPENED] and WHY["reason"] in browser.get(place).text


def test_a_label_that_was_printed_again_is_asked_for_in_the_same_way(batch, mailer, sign_in):
    with transaction():
        code = labels.reprint(batch.parcels[0], reason="torn", start_cell=1, by=mailer).code
    place, browser = f"/mailing/parcels/labels/{code}", sign_in(mailer)
    assert [browser.post(f"{place}.pdf", data=typed).status_code for typed in ({}, {}, WHY)] == [200, 422, 200]
    assert browser.get(f"{place}/print-again").status_code == 200
    assert noted(batch, mailer) == [openings.LABEL_AGAIN, openings.LABEL_OPENED]


def test_labels_that_are_on_envelopes_were_printed_although_nobody_noted_it(batch, mailer, sign_in):
    stuff_all(batch, mailer)
    browser = sign_in(mailer)
    assert browser.post(f"/mailing/batches/{batch.public_id}/labels.pdf").status_code == 422
    assert noted(batch, mailer) == []


def test_a_file_is_not_given_out_as_what_it_is_not_any_more(batch, mailer):
    drawn = [parcel.number for parcel in batch.parcels]
    with transaction():
        labels.reprint(batch.parcels[0], reason="torn", start_cell=1, by=mailer)
    with pytest.raises(openings.OpenedMeanwhile), transaction():
        openings.open_labels(batch, valid=drawn, by=mailer)
