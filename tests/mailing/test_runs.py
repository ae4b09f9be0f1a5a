"""More ready cards than one batch holds: a job opens batch after batch, which can be stopped; so can the printing of one."""

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import FAILED, Job
from admin_app.mailing import jobs as handlers
from admin_app.mailing import rules
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.operations import labels, runs
from admin_app.mailing.queries import runs as queries
from admin_app.mailing.rules.label_choice import BY_RULE
from admin_app.staff import queries as staff
from tests.factories.foundation import copied_job
from tests.factories.mailing import open_batch, ready_cards, stock
from tests.factories.restrictions import make_restriction

MOST = 3


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_PARCELS", MOST)


@pytest.fixture
def waiting(app, monkeypatch: pytest.MonkeyPatch):
    """No job is done before the test asks for it."""
    monkeypatch.setattr(jobs, "run", lambda _public_id: None)


def ordered(mailer, start_cell: int = 13) -> Job:
    with transaction():
        return runs.open_all(
            stock=stock(), printer=None, start_cell=start_cell, label_design=BY_RULE, label_language="zh", phone="none", by=mailer
        )


def taken(job: Job) -> Job:
    """The job as a worker takes it."""
    with transaction():
        found = db.session.get_one(Job, job.id)
        found.status, found.attempts = "running", found.attempts + 1
    copy = copied_job(found)
    db.session.rollback()
    return copy


def work(job: Job) -> dict | None:
    return handlers.open_all(taken(job), actor_of=staff.actor_of)


def opened() -> list[tuple[int, int]]:
    """Parcels and first cell of each batch, in the order in which they were opened."""
    db.session.rollback()
    found = sa.select(MailingBatch.parcel_count, MailingBatch.start_cell).order_by(MailingBatch.id)
    return [tuple(row) for row in db.session.execute(found)]


def test_all_ready_cards_come_into_batches_the_later_ones_on_fresh_sheets(waiting, clerk, centre, mailer) -> None:
    ready_cards(8, clerk, centre, mailer)
    job = ordered(mailer)
    assert work(job) == {"batches": 3, "parcels": 8}
    assert opened() == [(3, 13), (3, 1), (2, 1)]
    assert db.session.scalar(sa.select(sa.func.count(sa.distinct(Parcel.card_id)))) == 8


def test_a_card_of_a_restricted_record_is_passed_by(waiting, clerk, centre, mailer) -> None:
    held = ready_cards(3, clerk, centre, mailer)[0]
    with transaction():
        make_restriction(held.application.resident, mailer)
    assert work(ordered(mailer)) == {"batches": 1, "parcels": 2}
    assert not db.session.scalar(sa.select(sa.exists().where(Parcel.card_id == held.id)))


def test_done_again_it_opens_nothing_twice(waiting, clerk, centre, mailer, monkeypatch) -> None:
    ready_cards(5, clerk, centre, mailer)
    job = ordered(mailer)
    with monkeypatch.context() as killed:
        killed.setattr(handlers, "MOST_BATCHES", 1)
        work(job)
    assert work(job) == {"batches": 2, "parcels": 5}
    assert opened() == [(3, 13), (2, 1)]


def test_ordered_twice_it_is_one_job(waiting, clerk, centre, mailer) -> None:
    ready_cards(4, clerk, centre, mailer)
    assert ordered(mailer).id == ordered(mailer).id


def test_stopped_it_opens_no_more_and_what_is_open_stays(waiting, clerk, centre, mailer, monkeypatch) -> None:
    ready_cards(7, clerk, centre, mailer)
    job, open_next = ordered(mailer), runs.open_next

    def once(*arguments, **more):
        count = open_next(*arguments, **more)
        assert runs.stop_opening(by=mailer)
        return count

    monkeypatch.setattr(runs, "open_next", once)
    work(job)
    assert opened() == [(3, 13)] and queries.working() is None
    with transaction():
        assert not runs.stop_opening(by=mailer)


def test_who_may_not_work_there_any_more_opens_nothing(waiting, clerk, centre, mailer) -> None:
    ready_cards(4, clerk, centre, mailer)
    job = ordered(mailer)
    assert handlers.open_all(taken(job), actor_of=lambda _id: clerk.actor) is None
    assert opened() == []


def test_the_page_of_ready_cards_orders_them_all_and_shows_how_far_it_is(waiting, sign_in, clerk, centre, mailer) -> None:
    ready_cards(7, clerk, centre, mailer)
    browser = sign_in(mailer)
    sheet = {"stock": "L7163", "start_cell": "5", "label_language": "zh", "phone_shown": "none", "choose": "all"}
    assert browser.post("/mailing/batches", data=sheet).location == "/mailing/all/"
    assert "/mailing/all/stop" in browser.get("/mailing/all/").text
    assert browser.post("/mailing/all/stop").status_code == 302
    assert "No batches are being opened" in browser.get("/mailing/all/").text and opened() == []


def test_the_labels_of_all_open_batches_are_ordered_with_one_button(sign_in, clerk, centre, mailer) -> None:
    chosen = ready_cards(4, clerk, centre, mailer)
    open_batch(chosen[:2], mailer)
    open_batch(chosen[2:], mailer)
    browser = sign_in(mailer)
    answer = browser.post("/mailing/all/labels", data=seen(browser), follow_redirects=True)
    assert "The labels of 2 batches are being made." in answer.text
    db.session.rollback()
    assert set(db.session.scalars(sa.select(MailingBatch.status))) == {"labelled"}


def test_the_button_pressed_twice_orders_nothing_again_that_failed(waiting, sign_in, clerk, centre, mailer) -> None:
    chosen = ready_cards(4, clerk, centre, mailer)
    open_batch(chosen[:2], mailer)
    open_batch(chosen[2:], mailer)
    browser = sign_in(mailer)
    shown = seen(browser)
    browser.post("/mailing/all/labels", data=shown)
    with transaction() as session:
        session.execute(sa.update(Job).values(status=FAILED))
    assert len(shown) == 2 and "has changed since" in browser.post("/mailing/all/labels", data=shown, follow_redirects=True).text
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Job.id))) == 2
    browser.post("/mailing/all/labels", data=seen(browser))
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Job.id))) == 4


def seen(browser: FlaskClient) -> dict[str, str]:
    """What the form of the page says of the open batches."""
    return dict(re.findall(r'name="(seen-\w+)" value="(\d+)"', browser.get("/mailing/").text))


def test_the_printing_of_a_batch_is_stopped_and_it_is_open_again(waiting, sign_in, clerk, centre, mailer, monkeypatch) -> None:
    batch = open_batch(ready_cards(2, clerk, centre, mailer), mailer)
    with transaction():
        first = labels.print_labels(batch, by=mailer)
    job, url, browser = taken(first), f"/mailing/batches/{batch.public_id}", sign_in(mailer)
    assert f"/mailing/all/{batch.public_id}/stop" in browser.get(url).text
    order = labels.order_of(job)
    db.session.rollback()
    assert browser.post(f"/mailing/all/{batch.public_id}/stop").location == url
    with pytest.raises(runs.PrintingStopped):
        handlers.render_labels(job)
    db.session.rollback()
    with transaction():
        assert not labels.finish_batch(job, order, None)
    page = browser.get(url).text
    assert "The making of the labels was stopped" in page and "Print again" in page
    with transaction():
        assert labels.print_labels(db.session.get_one(MailingBatch, batch.id), by=mailer).id != job.id
