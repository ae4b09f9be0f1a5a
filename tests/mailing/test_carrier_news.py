"""What a carrier says of parcels goes through the page of its file: shown row by row, taken by a person, never by itself."""

import json

import pytest

from admin_app.foundation import clock, settings
from admin_app.foundation.database import db
from admin_app.mailing.operations.carriers.http_carrier import HttpCarrier
from admin_app.mailing.operations.carriers.interface import Busy, News, NotOurs
from admin_app.mailing.rules.carrier import Event
from tests.factories.cards import approved, make_card
from tests.factories.mailing import make_batch, make_parcel, s10
from tests.strange_server import said, strange_server

TODAY = "2026-11-20"


def news_of(*lines) -> list[News]:
    with strange_server(lambda _: said(200, json.dumps(lines).encode())) as server:
        return HttpCarrier(server.url, "key", 5).track([s10(1), s10(2)])


def line(number: str, event: str = "delivered", day: str = TODAY) -> dict[str, str]:
    return {"number": number, "event": event, "day": day}


def test_the_last_news_of_each_parcel_counts_in_whatever_order_they_come():
    found = news_of(line(s10(1), "delivered", "2026-11-20"), line(s10(2), "under_way"), line(s10(1), "under_way", "2026-11-18"))
    assert {one.number: one.event for one in found} == {s10(1): Event.DELIVERED, s10(2): Event.UNDER_WAY}


@pytest.mark.parametrize(
    "strange", [7, None, [], {}, {"number": s10(1)}, line(s10(1), "eaten"), line(s10(1), day="yesterday"), line(s10(9)), line("")]
)
def test_a_line_that_is_not_understood_says_nothing_of_the_others(strange):
    assert [one.number for one in news_of(strange, line(s10(2)))] == [s10(2)]


@pytest.mark.parametrize(
    ("answer", "error"),
    [(said(200, b"{}"), Busy), (said(200, b"<html>"), Busy), (said(500), Busy), (said(404), Busy), (b"", Busy), (said(401), NotOurs)],
)
def test_an_answer_that_is_none_says_so(answer, error):
    with strange_server(lambda _: answer) as server, pytest.raises(error):
        HttpCarrier(server.url, "key", 5).track([s10(1)])


def test_nobody_is_asked_about_nothing():
    with strange_server(lambda _: said(200, b"[]")) as server:
        assert HttpCarrier(server.url, "key", 5).track([]) == []
        assert server.asked == []


@pytest.fixture
def missing(clerk, centre, mailer):
    """A parcel that was posted so long ago that somebody should ask where it is."""
    today = clock.today()
    card = make_card(approved(clerk, centre), "posted", serial="MISSING001", ended_at=clock.now())
    batch = make_batch(mailer, "posted", posted_on=today, posted_at=clock.now(), labelled_at=clock.now(), parcel_count=1)
    return make_parcel(batch, card, status="posted", tracking_number=s10(71), posted_at=clock.now(), next_on=today, since_on=today)


def test_what_it_says_of_missing_parcels_is_shown_and_taken_by_a_person(missing, mailer, sign_in):
    browser, today = sign_in(mailer), clock.today().isoformat()
    said_now = json.dumps([line(missing.tracking_number, "delivered", today)]).encode()
    with strange_server(lambda _: said(200, said_now)) as server:
        before = settings.current()
        settings.use(before.model_copy(update={"carrier_url": server.url}))
        page = browser.post("/mailing/carrier-file/track").text
        settings.use(before)
    assert missing.number in page
    assert f"numbers={missing.tracking_number}" in server.asked[0].line
    db.session.rollback()
    assert missing.status == "posted"
    rows = f"{missing.tracking_number},delivered,{today}"
    browser.post("/mailing/carrier-file/take", data={"rows": rows})
    db.session.rollback()
    assert missing.status == "delivered"


def test_where_nothing_is_missing_nobody_is_asked(app, mailer, sign_in):
    with strange_server(lambda _: said(200, b"[]")) as server:
        before = settings.current()
        settings.use(before.model_copy(update={"carrier_url": server.url}))
        answer = sign_in(mailer).post("/mailing/carrier-file/track")
        settings.use(before)
    assert (answer.status_code, server.asked) == (422, [])


def test_a_carrier_that_does_not_answer_keeps_the_page(missing, mailer, sign_in):
    answer = sign_in(mailer).post("/mailing/carrier-file/track")
    assert answer.status_code >= 400
    assert "does not answer" in answer.text
