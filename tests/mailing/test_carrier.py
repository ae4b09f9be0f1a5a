"""A carrier that is asked over HTTP: whatever it answers, a parcel is booked once, and no number is made up or lost."""

import json
from collections import defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.mailing import rules
from admin_app.mailing.models import CarrierBooking
from admin_app.mailing.operations import batches, booking, posting
from tests.factories.mailing import labelled_batch, open_batch, parcels_of, ready_cards, s10, stuffed_batch
from tests.strange_server import Asked, StrangeServer, said, strange_server


class Office:
    """The carrier's own books: key -> number. `before` and `after` give an answer instead of the honest one, or None."""

    def __init__(self) -> None:
        self.books: dict[str, str] = {}
        self.asked: dict[str, int] = defaultdict(int)
        self.before = lambda _times: None
        self.after = lambda _times: None

    def __call__(self, request: Asked) -> bytes:
        key = request.headers["idempotency-key"]
        self.asked[key] += 1
        instead = self.before(self.asked[key])
        if instead is not None:
            return instead
        number = self.books.setdefault(key, s10(len(self.books) + 1))
        instead = self.after(self.asked[key])
        return said(201, json.dumps({"number": number}).encode()) if instead is None else instead


@pytest.fixture
def office():
    return Office()


@pytest.fixture
def carrier(app, office):
    with strange_server(office) as server:
        before = settings.current()
        settings.use(before.model_copy(update={"carrier_url": server.url, "carrier_seconds": 0.5}))
        yield server
        settings.use(before)


@pytest.fixture
def at(monkeypatch):
    """at(moment): from now on it is that moment."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


def ask(batch, mailer) -> Job:
    with transaction():
        return booking.book_parcels(batch, by=mailer)


def bookings() -> list[CarrierBooking]:
    db.session.rollback()
    return list(db.session.scalars(select(CarrierBooking).order_by(CarrierBooking.id)))


def until_quiet(at, *, turns: int = 12) -> None:
    """Let the clock go on until no job waits."""
    for _turn in range(turns):
        if not db.session.scalar(select(Job.id).where(Job.status == "queued")):
            return
        at(clock.now() + timedelta(minutes=6))
        jobs.reconcile()


def test_every_labelled_parcel_gets_the_number_of_the_carrier(carrier, office, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(3, clerk, centre, mailer), mailer)
    ask(batch, mailer)
    assert [(one.status, one.number) for one in bookings()] == [("booked", s10(n)) for n in (1, 2, 3)]


def test_the_carrier_is_told_what_stands_on_the_label_and_no_more(carrier, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    ask(batch, mailer)
    (asked,), (parcel,) = carrier.asked, batch.parcels
    assert json.loads(asked.body) == {
        "parcel": parcel.number, "recipient": parcel.recipient, "postcode": parcel.postcode, "address": parcel.address.split("\n"),
    }  # fmt: skip
    assert asked.line == "POST /bookings HTTP/1.1"


ONCE = {
    "too late": lambda server: slowly(server),
    "conflict": lambda _server: said(409),
    "too many": lambda _server: said(429, b"", "Retry-After: 20"),
    "server error": lambda _server: said(500, b"oh"),
    "garbage": lambda _server: b"\x00\x01garbage",
    "no json": lambda _server: said(200, b"<html>"),
    "no number": lambda _server: said(200, b'{"number": null}'),
    "strange number": lambda _server: said(200, '{"number": "１２３ é"}'.encode()),
    "list": lambda _server: said(200, b"[]"),
    "cut off": lambda _server: b"HTTP/1.1 201 X\r\nContent-Length: 900\r\n\r\n{",
    "hangs up": lambda _server: b"",
}


def slowly(server: StrangeServer):
    yield b"HTTP/1.1 201 X\r\n"
    server.ended.wait(60)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("way", ONCE)
def test_an_answer_that_is_none_books_once_whether_it_was_accepted_or_not(way, moment, at, carrier, office, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(2, clerk, centre, mailer), mailer)
    setattr(office, moment, lambda times: ONCE[way](carrier) if times == 1 else None)
    ask(batch, mailer)
    until_quiet(at)
    got = bookings()
    assert [one.status for one in got] == ["booked", "booked"]
    assert sorted(office.books.values()) == sorted(one.number for one in got)
    assert len(office.books) == 2


def test_a_carrier_that_wants_to_be_left_alone_is_left_alone(carrier, office, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    office.before = lambda times: said(429, b"", "Retry-After: 200") if times == 1 else None
    ask(batch, mailer)
    db.session.rollback()
    waits = db.session.scalars(select(Job).where(Job.name == booking.JOB, Job.status == "queued")).one()
    assert waits.due_at - waits.created_at == timedelta(seconds=200)


def test_without_any_answer_a_person_has_to_look_and_asks_under_the_same_key(at, carrier, office, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    office.after = lambda _times: b""
    ask(batch, mailer)
    until_quiet(at)
    (one,) = bookings()
    assert (one.status, one.fault, one.asked_times) == ("unknown", "no_answer", rules.MOST_ASKED)
    office.after = lambda _times: None
    ask(batch, mailer)
    (one,) = bookings()
    assert (one.status, one.number, len(office.books)) == ("booked", s10(1), 1)


WORDS = {b'{"code": "no_such_place"}': "no_such_place", b"<b>": "http_422", b'{"code": "A B"}': "http_422"}


@pytest.mark.parametrize(("body", "code"), WORDS.items())
def test_a_refused_parcel_says_why_and_is_asked_for_anew_once_it_is_mended(body, code, carrier, office, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    office.before = lambda _times: said(422, body)
    ask(batch, mailer)
    (one,) = bookings()
    assert (one.status, one.fault) == ("refused", code)
    office.before = lambda _times: None
    ask(batch, mailer)
    (one,) = bookings()
    assert (one.status, one.key, list(office.books)) == ("booked", f"{one.public_id}-1", [f"{one.public_id}-1"])


def test_one_parcel_that_is_refused_stops_no_other(carrier, office, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(3, clerk, centre, mailer), mailer)
    first = batch.parcels[0].number.encode()
    honest = office.__call__
    carrier.answer = lambda request: said(400, b'{"code": "no"}') if first in request.body else honest(request)
    ask(batch, mailer)
    assert [one.status for one in bookings()] == ["refused", "booked", "booked"]


@pytest.mark.parametrize("status", [401, 403])
def test_an_office_that_the_carrier_does_not_know_is_told_so_and_may_ask_again(status, carrier, office, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(2, clerk, centre, mailer), mailer)
    office.before = lambda _times: said(status)
    job = ask(batch, mailer)
    db.session.rollback()
    assert (job.status, job.error) == ("failed", str(booking.CLOSED))
    assert [one.status for one in bookings()] == ["waiting", "waiting"]
    office.before = lambda _times: None
    ask(batch, mailer)
    assert [one.status for one in bookings()] == ["booked", "booked"]


def test_a_number_that_is_none_is_kept_from_use(carrier, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    carrier.answer = lambda _request: said(201, b'{"number": "RR000000021CN"}')
    ask(batch, mailer)
    (one,) = bookings()
    assert (one.status, one.fault, one.number) == ("unknown", "number", None)


def test_one_number_for_two_parcels_is_kept_from_the_second(carrier, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(2, clerk, centre, mailer), mailer)
    carrier.answer = lambda _request: said(201, json.dumps({"number": s10(7)}).encode())
    ask(batch, mailer)
    assert [(one.status, one.fault, one.number) for one in bookings()] == [("booked", "", s10(7)), ("unknown", "twice", None)]


def test_what_the_carrier_has_is_not_asked_for_again(carrier, office, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    ask(batch, mailer)
    with pytest.raises(Conflict):
        ask(batch, mailer)
    assert sum(office.asked.values()) == 1


def test_a_job_that_is_done_again_asks_nothing_again(carrier, office, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(2, clerk, centre, mailer), mailer)
    job = ask(batch, mailer)
    jobs.HANDLERS.get()[booking.JOB](job)
    assert sum(office.asked.values()) == 2


def test_a_parcel_without_a_label_is_not_asked_for(carrier, office, clerk, centre, mailer):
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    with pytest.raises(Conflict):
        ask(batch, mailer)
    assert not office.asked


def test_a_parcel_that_was_taken_out_meanwhile_is_not_booked(at, carrier, office, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    office.before = lambda times: b"" if times == 1 else None
    ask(batch, mailer)
    with transaction():
        batches.take_out(batch.parcels[0], reason="spoiled envelope", by=mailer)
    until_quiet(at)
    (one,) = bookings()
    assert (one.status, one.fault, office.books) == ("refused", "gone", {})


def test_without_a_carrier_nothing_is_asked(monkeypatch, clerk, centre, mailer):
    monkeypatch.setattr(booking, "chosen", lambda: None)
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    with pytest.raises(Conflict):
        ask(batch, mailer)


def test_control_a_carrier_that_forgets_keys_books_twice(at, carrier, office, clerk, centre, mailer):
    """What the tests above would see if a question were asked under another key."""
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    seen: list[str] = []

    def forgetful(request: Asked) -> bytes:
        seen.append(request.headers["idempotency-key"])
        office.books[str(len(seen))] = s10(len(seen))
        return b"" if len(seen) == 1 else said(201, json.dumps({"number": s10(len(seen))}).encode())

    carrier.answer = forgetful
    ask(batch, mailer)
    until_quiet(at)
    assert len(office.books) == 2
    assert seen[0] == seen[1]


def test_a_parcel_leaves_under_the_number_that_was_booked_for_it_or_not_at_all(carrier, clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(2, clerk, centre, mailer), mailer)
    ask(batch, mailer)
    first, second = parcels_of(batch)
    with pytest.raises(posting.PostingRefused) as refused, transaction():
        typed = {first.public_id: s10(1), second.public_id: s10(9)}
        posting.mark_posted(batch, typed, posted_on=clock.today(), version=batch.version, by=mailer)
    assert list(refused.value.details["rows"]) == [second.public_id]
    db.session.rollback()
    with transaction():
        typed = {first.public_id: s10(1), second.public_id: s10(2)}
        assert posting.mark_posted(batch, typed, posted_on=clock.today(), version=batch.version, by=mailer) == 2
