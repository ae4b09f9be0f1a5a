"""The page on which a batch is booked: what the carrier said stands beside each parcel, its own label is cleaned before anybody sees it."""

import json

import pytest
import sqlalchemy as sa

from admin_app.audit.models import ReadNote
from admin_app.foundation import settings
from admin_app.foundation.database import db
from tests.factories.mailing import labelled_batch, make_booking, parcels_of, ready_cards, s10
from tests.foundation.storage import samples
from tests.strange_server import said, strange_server

WORDS = {"no_answer": "is not known", "twice": "another parcel", "no_such_place": "no_such_place"}


@pytest.fixture
def carrier(app):
    """Books everything, each under a number of its own; has a label for each."""
    numbers = iter(range(1, 100))

    def answer(request):
        if request.line.startswith("POST /bookings "):
            return said(201, json.dumps({"number": s10(next(numbers))}).encode())
        return said(200, samples.pdf(text="waybill"))

    with strange_server(answer) as server:
        before = settings.current()
        settings.use(before.model_copy(update={"carrier_url": server.url, "carrier_seconds": 5}))
        yield server
        settings.use(before)


@pytest.fixture
def batch(clerk, centre, mailer):
    return labelled_batch(ready_cards(2, clerk, centre, mailer), mailer)


def page_of(batch) -> str:
    return f"/mailing/batches/{batch.public_id}/carrier"


def test_one_button_books_the_batch_and_the_page_shows_the_numbers(carrier, batch, mailer, sign_in):
    browser = sign_in(mailer)
    assert "Ask the carrier" in browser.get(page_of(batch)).text
    assert browser.post(page_of(batch)).status_code == 302
    page = browser.get(page_of(batch)).text
    assert s10(1) in page
    assert s10(2) in page
    assert "Ask the carrier" not in page


def test_the_batch_leads_to_its_carrier_where_one_is_set(carrier, batch, mailer, sign_in):
    browser = sign_in(mailer)
    assert page_of(batch) in browser.get(f"/mailing/batches/{batch.public_id}").text
    settings.use(settings.current().model_copy(update={"carrier_url": ""}))
    assert page_of(batch) not in browser.get(f"/mailing/batches/{batch.public_id}").text
    page = browser.get(page_of(batch)).text
    assert "No carrier is set" in page
    assert "Ask the carrier" not in page


@pytest.mark.parametrize(
    ("fault", "words"), [("no_answer", "is not known"), ("twice", "another parcel"), ("no_such_place", "no_such_place")]
)
def test_what_came_to_nothing_says_why(fault, words, carrier, batch, mailer, sign_in):
    make_booking(parcels_of(batch)[0], "refused" if fault == "no_such_place" else "unknown", fault=fault)
    assert words in sign_in(mailer).get(page_of(batch)).text


def test_the_label_of_the_carrier_is_cleaned_kept_nowhere_and_noted(carrier, batch, mailer, sign_in):
    parcel = parcels_of(batch)[0]
    make_booking(parcel, number=s10(1))
    answer = sign_in(mailer).get(f"{page_of(batch)}/{parcel.public_id}/label.pdf")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "application/pdf", "no-store")
    db.session.rollback()
    assert db.session.scalars(sa.select(ReadNote.act).where(ReadNote.subject_ref == parcel.number)).all() == ["printed"]


@pytest.mark.parametrize("answer", [said(200, b"%PDF-1.4 broken"), said(200, b"<html>"), said(404), said(500), said(401), b""])
def test_a_label_that_is_none_is_refused_with_words(answer, carrier, batch, mailer, sign_in):
    parcel = parcels_of(batch)[0]
    make_booking(parcel, number=s10(1))
    carrier.answer = lambda _request: answer
    refused = sign_in(mailer).get(f"{page_of(batch)}/{parcel.public_id}/label.pdf")
    assert 400 <= refused.status_code < 500
    assert "main" in refused.text


def test_there_is_no_label_of_what_was_not_booked(carrier, batch, mailer, sign_in):
    parcel = parcels_of(batch)[0]
    assert sign_in(mailer).get(f"{page_of(batch)}/{parcel.public_id}/label.pdf").status_code == 409
    assert carrier.asked == []
