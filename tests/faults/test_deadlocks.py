"""Two commands that each hold what the other needs: one is done, the other told so in time, whole and to be sent again (T-65).

PostgreSQL only: on SQLite one writes at a time, and the other waits for its turn.
"""

import itertools
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.audit.models import AuditEntry
from admin_app.cards import queries as cards
from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.database_trouble import RETRY_AFTER, Trouble, trouble_of
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import DONE, QUEUED, Job
from admin_app.mailing.models import MailingBatch
from admin_app.mailing.operations import batches
from admin_app.staff.models import StaffMember
from admin_app.web import error_pages, trouble_pages
from tests.at_once import at_once
from tests.factories.centres import make_centre
from tests.factories.mailing import ready_cards, s10, stock, stuffed_batch

pytestmark = pytest.mark.parametrize("database_name", ["postgresql"], indirect=True)
TOLD_SECONDS = 5.0
NUMBERS = itertools.count(1)
SWAPPED = ((1, 2), (2, 1))
"""The numbers that two people type at the same moment, each beginning with what the other ends with."""


@contextmanager
def meeting(statement: str) -> Iterator[None]:
    """Two threads wait for each other once, each after its first `statement`, so that both hold something."""
    both, been = threading.Barrier(2), threading.local()

    def wait(_connection: Any, _cursor: Any, sent: str, *_more: Any) -> None:
        if re.match(statement, sent, re.DOTALL) and not getattr(been, "here", False):
            been.here = True
            with suppress(threading.BrokenBarrierError):
                both.wait(3)

    sa.event.listen(db.engine, "after_cursor_execute", wait)
    try:
        yield
    finally:
        sa.event.remove(db.engine, "after_cursor_execute", wait)


@pytest.fixture
def batches_made(
    app: Flask, clerk: StaffMember, centre: Centre, mailer: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> list[MailingBatch]:
    """Two batches with printed labels, in an office as it is served."""
    made = [stuffed_batch(ready_cards(2, clerk, centre, mailer), mailer) for _ in range(2)]
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    return made


def form_of(batch: MailingBatch, numbers: tuple[int, ...]) -> dict[str, str]:
    typed = {f"number-{parcel.public_id}": s10(number) for parcel, number in zip(batch.parcels, numbers, strict=True)}
    return {"posted_on": clock.today().isoformat(), "version": str(batch.version)} | typed


def facts_of(batch: MailingBatch) -> tuple[Any, ...]:
    """Everything that posting a batch changes."""
    db.session.rollback()
    parcels = [(one.status, one.tracking_number, one.version, one.card.status, one.card.application.posted_on) for one in batch.parcels]
    refs = [batch.reference, *(one.number for one in batch.parcels), *(one.card.public_id for one in batch.parcels)]
    entries = db.session.scalar(sa.select(sa.func.count()).where(AuditEntry.subject_ref.in_(refs)))
    return batch.status, batch.version, parcels, entries


def post_both(app: Flask, browsers: list[FlaskClient], made: list[MailingBatch]) -> list[tuple[Any, float]]:
    """Both batches posted at the same moment with each other's numbers: the answers and how long they took."""
    places = [f"/mailing/batches/{batch.public_id}/posted" for batch in made]
    forms = [form_of(batch, numbers) for batch, numbers in zip(made, SWAPPED, strict=True)]

    def send(browser: FlaskClient, place: str, form: dict[str, str]) -> tuple[Any, float]:
        began = time.monotonic()
        return browser.post(place, data=form), time.monotonic() - began

    db.session.rollback()
    with meeting("UPDATE parcel"):
        return at_once(app, [partial(send, *each) for each in zip(browsers, places, forms, strict=True)])  # type: ignore[return-value]


def test_the_loser_is_told_in_time_nothing_of_it_is_there_and_it_can_be_sent_again(
    app: Flask, batches_made: list[MailingBatch], mailer: StaffMember, sign_in: Callable[..., FlaskClient]
) -> None:
    browsers, before = [sign_in(mailer) for _ in range(2)], [facts_of(batch) for batch in batches_made]
    answers = post_both(app, browsers, batches_made)
    assert sorted(answer.status_code for answer, _seconds in answers) == [302, 503]
    lost = next(place for place, (answer, _seconds) in enumerate(answers) if answer.status_code == 503)
    told, seconds = answers[lost]
    print(f"told after {seconds:.2f} s")
    assert seconds < TOLD_SECONDS and told.headers["Retry-After"] == str(RETRY_AFTER[Trouble.LOCKED])
    assert str(trouble_pages.TEXTS[Trouble.LOCKED][1]) in told.text and "Nothing of this step was saved." in told.text
    assert "Send it again" in told.text and s10(SWAPPED[lost][0]) in told.text
    loser, winner = batches_made[lost], batches_made[1 - lost]
    assert facts_of(loser) == before[lost], "nothing half"
    assert [parcel.status for parcel in winner.parcels] == ["posted"] * 2 and winner.status == "posted"
    place = f"/mailing/batches/{loser.public_id}/posted"
    assert browsers[lost].post(place, data=form_of(loser, SWAPPED[lost])).status_code == 422, "the numbers are the winner's now"
    assert browsers[lost].post(place, data=form_of(loser, (3, 4))).status_code == 302
    assert facts_of(loser)[0] == "posted"


def test_control_without_the_words_of_the_driver_the_loser_sees_a_fault(
    app: Flask, batches_made: list[MailingBatch], mailer: StaffMember, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(error_pages, "trouble_of", lambda _error: None)
    answers = post_both(app, [sign_in(mailer) for _ in range(2)], batches_made)
    assert sorted(answer.status_code for answer, _seconds in answers) == [302, 500]


def count_both(job: Job) -> dict[str, int]:
    """A handler: count up two rows, in the order of its arguments."""
    with transaction() as session:
        for code in job.arguments["codes"]:
            session.execute(sa.update(Centre).where(Centre.code == code).values(version=Centre.version + 1))
    return {}


def test_a_job_that_loses_is_done_again(app: Flask, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.current(), "jobs_inline", False)
    monkeypatch.setitem(jobs.HANDLERS.get(), "test.count", count_both)
    codes = [centre.code, make_centre("YH").code]
    with transaction():
        for number, order in enumerate((codes, codes[::-1])):
            jobs.enqueue("test.count", dedupe_key=f"test.count:{number}", codes=order)
    taken = [jobs.take_next(), jobs.take_next()]
    db.session.rollback()
    with meeting("UPDATE centre"):
        ended: list[Any] = at_once(app, [partial(jobs.perform, job) for job in taken])
    assert sorted(outcome.status for outcome in ended) == [DONE, QUEUED]
    lost = next(place for place, outcome in enumerate(ended) if outcome.status == QUEUED)
    assert versions(codes) == [2, 2], "the loser's first row is as it was"
    assert jobs.perform(taken[lost]).status == DONE
    assert versions(codes) == [3, 3]


def versions(codes: list[str]) -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Centre.version).where(Centre.code.in_(codes))))


ROUNDS = 5


def open_at_once(app: Flask, chosen: list[Card], mailer: StaffMember) -> list[object]:
    """The same cards put into two batches at the same moment, one beginning with the first, the other with the last."""
    ids, who = [card.id for card in chosen], mailer.id

    def put(order: list[int]) -> str:
        with transaction() as session:
            found = [session.get_one(Card, number) for number in order]
            return batches.open_batch(found, stock=stock(), by=session.get_one(StaffMember, who)).reference

    db.session.rollback()
    return at_once(app, [partial(put, ids), partial(put, ids[::-1])])


def test_the_same_cards_in_opposite_order_never_hold_each_other_up(
    app: Flask, clerk: StaffMember, centre: Centre, mailer: StaffMember
) -> None:
    for _ in range(ROUNDS):
        told = open_at_once(app, ready_cards(4, clerk, centre, mailer), mailer)
        assert sorted(type(one).__name__ for one in told) == ["CardNotReady", "str"], told


def test_control_cards_locked_in_the_order_in_which_they_are_given_do(
    app: Flask, clerk: StaffMember, centre: Centre, mailer: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = cards.lock
    monkeypatch.setattr(cards, "lock", lambda chosen: [lock([card])[0] for card in chosen])
    monkeypatch.setattr(batches, "next_number", lambda *_series, **_count: next(NUMBERS))  # whose row would keep them apart
    with meeting(r"SELECT card\..* FOR UPDATE"):
        told = open_at_once(app, ready_cards(4, clerk, centre, mailer), mailer)
    lost = [one for one in told if isinstance(one, Exception)]
    assert [trouble_of(one) for one in lost] == [Trouble.LOCKED], told
