"""A card that was marked as ready and a batch that was posted can be taken back for ten seconds, whole or not at all."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from admin_app.applications.models import Application
from admin_app.audit.models import AuditEntry
from admin_app.cards import operations as cards
from admin_app.cards.models import Card
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.undo import operations as undo
from admin_app.foundation.undo.models import UndoWindow
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.operations import posting
from tests.factories.applications import make_linked_report
from tests.factories.cards import make_card
from tests.factories.mailing import open_batch, ready_cards, s10, stuffed_batch
from tests.owner import run
from tests.undoing import SECONDS, just_before_it_closes, seconds_later, take_back, the_window


@pytest.fixture
def made(clerk, centre, mailer, monkeypatch) -> list[Card]:
    """Three cards that were looked at, of cases with a formal loss report, in an office that gives ten seconds from now on."""
    chosen = ready_cards(3, clerk, centre, mailer)
    for card in chosen:
        make_linked_report(card.application)
    monkeypatch.setattr(settings.current(), "undo_seconds", SECONDS)
    return chosen


@pytest.fixture
def batch(made, mailer) -> MailingBatch:
    """Their batch with its labels."""
    return stuffed_batch(made, mailer)


def post(batch: MailingBatch, mailer: Any) -> None:
    typed = {parcel.public_id: s10(7 + place) for place, parcel in enumerate(batch.parcels)}
    with transaction():
        posting.mark_posted(batch, typed, posted_on=clock.today(), version=batch.version, by=mailer)


def state(batch: MailingBatch) -> list[Any]:
    """What batch, parcels, cards, cases and loss reports say."""
    db.session.rollback()
    lines = [
        (
            one.status, one.tracking_number, one.posted_at, one.card.status, one.card.ended_at, one.card.application.posted_on,
            one.card.application.loss_report.ended_at,
        )
        for one in batch.parcels
    ]  # fmt: skip
    waiting = db.session.scalar(select(func.count(Job.id)).where(Job.name == "applications.conclude_loss_report"))
    return [batch.status, batch.posted_on, batch.posted_at, waiting, *lines]


def test_a_posted_batch_that_is_taken_back_is_as_it_was(batch, mailer):
    before = state(batch)
    post(batch, mailer)
    assert state(batch) != before
    take_back(mailer)
    assert state(batch) == before
    with seconds_later(SECONDS + 30):
        assert state(batch) == before
    post(batch, mailer)
    with seconds_later(SECONDS + 1):
        assert batch.status == "posted" and all(one.card.application.loss_report.ended_at for one in batch.parcels)


def test_loss_reports_are_closed_when_the_seconds_are_over_and_not_before(batch, mailer):
    post(batch, mailer)
    reports = [one.card.application.loss_report for one in batch.parcels]
    with just_before_it_closes():
        assert [report.ended_at for report in reports] == [None] * 3
    with seconds_later(SECONDS + 1):
        assert all(report.ended_at for report in reports)
    concluded = select(func.count(AuditEntry.id)).where(AuditEntry.action == "loss_reports.concluded")
    assert db.session.scalar(concluded) == 3


def test_a_posting_whose_seconds_are_over_stands(batch, mailer):
    post(batch, mailer)
    window = the_window()
    with seconds_later(SECONDS), pytest.raises(undo.WindowClosed):
        take_back(mailer, window)
    db.session.rollback()
    assert batch.status == "posted"


def test_nothing_of_a_posting_is_taken_back_when_one_report_is_closed_already(batch, mailer):
    post(batch, mailer)
    run("UPDATE job SET status = 'done' WHERE id = (SELECT max(id) FROM job)")
    with pytest.raises(undo.WindowClosed):
        take_back(mailer)
    assert {one.status for one in batch.parcels} == {"posted"}


def test_of_two_postings_of_a_case_on_one_day_the_last_alone_is_taken_back(made, mailer):
    """While the first can still be taken back, and when it stands: what follows the first is its own."""
    first = stuffed_batch(made[:1], mailer)
    post(first, mailer)
    second = stuffed_batch([make_card(made[0].application, "ready", copy=2, serial="CARD900001")], mailer)
    before = state(second)
    for wait in (0, SECONDS + 1):
        with seconds_later(wait):
            assert bool(made[0].application.loss_report.ended_at) == bool(wait)
            typed = {second.parcels[0].public_id: s10(900)}
            with transaction():
                posting.mark_posted(second, typed, posted_on=clock.today(), version=second.version, by=mailer)
            take_back(mailer)
            assert second.status == before[0] and second.parcels[0].card.status == "ready"
            assert (first.status, made[0].status, made[0].application.posted_on) == ("posted", "posted", clock.today())
            assert db.session.scalar(select(func.count(Job.id)).where(Job.name == "applications.conclude_loss_report")) == 1


def test_a_card_is_not_ready_after_all(made, mailer):
    with transaction():
        card = db.session.get_one(Card, made[0].id)
        following = cards.spoil(card, "scratched", by=mailer)
        cards.mark_made(following, "ZJ0000004711", by=mailer)
        cards.mark_ready(following, by=mailer)
    take_back(mailer)
    assert (following.status, following.ready_at) == ("made", None)
    with transaction():
        cards.mark_ready(following, by=mailer)
    with seconds_later(SECONDS), pytest.raises(undo.WindowClosed):
        take_back(mailer)


def marked_ready(card: Card, mailer: Any) -> Card:
    """The card that follows a spoiled one, just marked as ready."""
    with transaction():
        following = cards.spoil(card, "scratched", by=mailer)
        cards.mark_made(following, f"ZJ{card.id:010d}", by=mailer)
        cards.mark_ready(following, by=mailer)
    return following


def test_a_ready_card_that_somebody_put_into_a_batch_stays_there(made, mailer):
    card = marked_ready(made[0], mailer)
    window = the_window()
    open_batch([card], mailer)
    with pytest.raises(undo.OvertakenBySomebody):
        take_back(mailer, window)
    db.session.rollback()
    assert card.status == "ready"


@pytest.mark.parametrize(
    ("table", "move", "of"),
    [("card", "made", Card), ("card", "ready", Card), ("mailing_batch", "labelled", MailingBatch), ("parcel", "stuffed", Parcel)],
)
def test_the_database_allows_no_move_back_without_its_window(table, move, of, batch, mailer, monkeypatch):
    monkeypatch.setattr(settings.current(), "undo_seconds", 0)
    if move != "made":
        post(batch, mailer)
    number = db.session.scalar(select(func.min(of.id)))
    with pytest.raises(IntegrityError, match="no window to take it back"):
        run(f"UPDATE {table} SET status = '{move}' WHERE id = {number}")


def test_cards_that_were_marked_together_are_offered_together(made, mailer, sign_in):
    with transaction():
        chosen = [cards.spoil(db.session.get_one(Card, one.id), "scratched", by=mailer) for one in made]
        for place, card in enumerate(chosen):
            cards.mark_made(card, f"ZJ000000900{place}", by=mailer)
    browser = sign_in(mailer)
    page = browser.post("/cards/ready", data={"card": [card.public_id for card in chosen]}, follow_redirects=True).text
    assert page.count("data-undo-line") == 1 and page.count('name="window"') == 3
    db.session.rollback()
    windows = [window.public_id for window in db.session.query(UndoWindow).order_by(UndoWindow.id)]
    page = browser.post("/account/undo/", data={"window": windows}, follow_redirects=True).text
    db.session.rollback()
    assert {card.status for card in chosen} == {"made"} and "must be looked at again" in page


def test_the_page_of_a_batch_offers_to_take_its_posting_back(batch, mailer, sign_in):
    browser = sign_in(mailer)
    numbers = {f"number-{one.public_id}": s10(70 + place) for place, one in enumerate(batch.parcels)}
    form = {"version": batch.version, "posted_on": clock.today().isoformat()} | numbers
    page = browser.post(f"/mailing/batches/{batch.public_id}/posted", data=form, follow_redirects=True).text
    assert "Take the posting back" in page and "can still be taken back" in page
    browser.post("/account/undo/", data={"window": the_window().public_id})
    db.session.rollback()
    assert (
        batch.status == "labelled" and db.session.scalar(select(func.count(Application.id)).where(Application.posted_on.is_not(None))) == 0
    )
