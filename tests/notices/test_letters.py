"""A resident is told once, in letters that wait to be printed; what is not true any more does not leave."""

from typing import Any

import pytest
from sqlalchemy import select

from admin_app.applications.models import Application
from admin_app.applications.operations import decisions, waiting
from admin_app.applications.operations.intake import withdraw
from admin_app.audit.models import AuditEntry
from admin_app.cards import operations as cards
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.jobs.operations import run
from admin_app.mailing.models import Parcel
from admin_app.mailing.operations import posting, redirecting, returning
from admin_app.notices import operations, queries, rules
from admin_app.notices.models import Notice
from admin_app.residents.queries import Restricted
from admin_app.staff.permissions import Role
from tests.factories.applications import make_ready_case
from tests.factories.cards import make_card, ready_card, requested_card
from tests.factories.centres import make_centre
from tests.factories.mailing import ready_cards, s10, stuffed_batch
from tests.factories.notices import make_notice
from tests.factories.residents import make_resident
from tests.factories.restrictions import make_restriction
from tests.undoing import SECONDS, just_before_it_closes, seconds_later, take_back


def notices(**by: Any) -> list[Notice]:
    """Those that there are, the oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(Notice).filter_by(**by).order_by(Notice.id)))


def reject(case: Application, reviewer: Any) -> None:
    with transaction():
        decisions.reject(case, by=reviewer, reasons=["not_entitled"])


@pytest.fixture
def case(clerk, reviewer, centre) -> Application:
    return make_ready_case(clerk, reviewer, centre)


def test_an_approval_is_told_by_a_letter(case, reviewer):
    with transaction():
        decisions.approve(case, by=reviewer)
    (notice,) = notices()
    assert (notice.kind, notice.channel, notice.status, notice.reference) == ("approved", "letter", "waiting", case.reference)
    assert case.reference in notice.words and notice.recipient.splitlines()[-1] == case.resident.name


def test_a_rejection_names_its_reasons_in_the_language_of_the_resident(case, reviewer):
    reject(case, reviewer)
    (notice,) = notices()
    (points,) = [block for block in rules.read_words(notice.words).blocks if isinstance(block, tuple)]
    assert notice.language == "zh" and points == (case.decisions[0].reasons[0].reason_code.text_zh,)


def test_somebody_without_a_chinese_name_is_written_to_in_english(clerk, reviewer, centre):
    case = make_ready_case(clerk, reviewer, centre, resident=make_resident(name="Maria Silva"))
    reject(case, reviewer)
    (notice,) = notices()
    assert notice.language == "en" and case.decisions[0].reasons[0].reason_code.text_en in notice.words


def test_a_request_names_the_last_day(case, reviewer):
    with transaction():
        decisions.request_information(case, by=reviewer, reasons=["photo_missing"])
    (notice,) = notices(kind="information")
    assert f"{case.answer_by.year}年{case.answer_by.month}月{case.answer_by.day}日" in notice.words


def test_a_reminder_names_what_was_asked_for(case, reviewer, clerk):
    with transaction():
        decisions.request_information(case, by=reviewer, reasons=["photo_missing"])
    with transaction():
        waiting.note_reminder(case, how="by phone", version=case.version, by=clerk)
    (notice,) = notices(kind="reminder")
    assert case.decisions[0].reasons[0].reason_code.text_zh in notice.words


def test_what_is_taken_back_is_told_to_nobody(case, reviewer, monkeypatch):
    monkeypatch.setattr(settings.current(), "undo_seconds", SECONDS)
    reject(case, reviewer)
    with just_before_it_closes():
        take_back(reviewer)
    with seconds_later(SECONDS + 1):
        assert notices() == []


def test_a_decision_is_told_when_its_window_has_closed(case, reviewer, monkeypatch):
    monkeypatch.setattr(settings.current(), "undo_seconds", SECONDS)
    reject(case, reviewer)
    with just_before_it_closes():
        assert notices() == []
    with seconds_later(SECONDS + 1):
        assert [notice.kind for notice in notices()] == ["rejected"]


def test_a_job_that_runs_twice_says_nothing_twice(case, reviewer):
    reject(case, reviewer)
    with transaction() as session:
        job = session.scalars(select(Job).where(Job.name == "applications.say")).one()
        job.status, public_id = "queued", job.public_id
    run(public_id)
    assert len(notices()) == 1


def test_two_rejections_of_a_case_are_two_letters_and_the_first_does_not_leave(case, reviewer, supervisor):
    reject(case, reviewer)
    with transaction():
        decisions.reopen(case, reason="overlooked", by=supervisor)
    reject(case, supervisor)
    assert [(notice.kind, notice.status) for notice in notices()] == [("rejected", "dropped"), ("rejected", "waiting")]


def test_a_request_that_was_answered_by_a_withdrawal_does_not_leave(case, reviewer, clerk):
    with transaction():
        decisions.request_information(case, by=reviewer, reasons=["photo_missing"])
    with transaction():
        withdraw(case, reason="changed their mind", version=case.version, by=clerk)
    assert [notice.status for notice in notices()] == ["dropped"]


def test_a_card_at_the_counter_is_told_and_one_for_the_post_is_not(clerk, centre, mailer):
    card = ready_card(clerk, centre, by=mailer, delivery="collect")
    ready_card(clerk, centre, by=mailer)
    (notice,) = notices()
    assert (notice.kind, notice.case_ref) == ("ready", card.application.public_id)


def test_a_card_that_is_taken_back_is_not_told(clerk, centre, mailer, monkeypatch):
    card = requested_card(clerk, centre, delivery="collect")
    monkeypatch.setattr(settings.current(), "undo_seconds", SECONDS)
    with transaction():
        cards.mark_made(card, "CARD900001", by=mailer)
        cards.mark_ready(card, by=mailer)
    with just_before_it_closes():
        take_back(mailer)
    with seconds_later(SECONDS + 1):
        assert notices() == []


def test_a_card_that_goes_to_the_post_and_back_is_told_again(clerk, centre, mailer):
    case = ready_card(clerk, centre, by=mailer, delivery="collect").application
    for delivery, expected in (("post", "dropped"), ("collect", "waiting")):
        with transaction():
            where = {"recipient": "", "postcode": "310012", "address": "文三路 1 号"}
            redirecting.redirect(case, delivery=delivery, **where, reason="asked", version=case.version, by=clerk)
        assert [(notice.kind, notice.status) for notice in notices()] == [("ready", expected)]


def test_a_posted_card_is_told_with_its_number_and_a_corrected_one_anew(clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(1, clerk, centre, mailer), mailer)
    (parcel,) = batch.parcels
    with transaction():
        posting.mark_posted(batch, {parcel.public_id: s10(7)}, posted_on=clock.today(), version=batch.version, by=mailer)
    (told,) = notices()
    assert s10(7) in told.words
    with transaction():
        posting.correct_tracking(parcel, s10(8), reason="wrong label", version=parcel.version, by=mailer)
    assert [(notice.status, s10(8) in notice.words) for notice in notices()] == [("dropped", False), ("waiting", True)]


@pytest.fixture
def came_back(clerk, centre, mailer) -> Parcel:
    """A parcel that was posted and lies at the returns desk; the letter of its posting has not left."""
    batch = stuffed_batch(ready_cards(1, clerk, centre, mailer), mailer)
    (parcel,) = batch.parcels
    with transaction():
        posting.mark_posted(batch, {parcel.public_id: s10(7)}, posted_on=clock.today(), version=batch.version, by=mailer)
    with transaction():
        returning.take_return(parcel, reason="unknown", shelf="A1", by=mailer)
    return parcel


def test_a_card_that_came_back_is_told_and_not_that_it_is_on_its_way(came_back):
    assert [(notice.kind, notice.status) for notice in notices()] == [("posted", "dropped"), ("returned", "waiting")]
    keep = came_back.came_back.keep_until
    assert f"{keep.year}年{keep.month}月{keep.day}日" in notices()[1].words


def test_a_card_that_came_back_is_not_told_of_at_the_address_that_it_came_back_from(came_back):
    assert notices()[1].recipient == came_back.card.application.resident.name


def test_where_it_goes_to_the_counter_then_the_resident_is_told_that_instead(came_back, mailer):
    with transaction():
        returning.send_on(came_back, returning.Way("collect"), version=came_back.card.application.version, by=mailer)
    assert [(notice.kind, notice.status) for notice in notices()[1:]] == [("returned", "dropped"), ("ready", "waiting")]


def test_words_and_address_are_not_readable_in_the_database(case, reviewer):
    reject(case, reviewer)
    row = db.session.execute(select(Notice.__table__)).one()
    stored = " ".join(value.hex() if isinstance(value, bytes) else str(value) for value in row)
    assert case.resident.name not in stored and case.address.split()[0] not in stored
    assert all(text.encode().hex() not in stored for text in (case.resident.name, case.address))


def test_letters_are_marked_as_printed_once(case, mailer):
    notice = make_notice(case)
    with transaction():
        assert operations.mark_printed([notice], by=mailer) == 1
    with transaction():
        assert operations.mark_printed([notice], by=mailer) == 0
    assert (notice.status, notice.printed_by_id) == ("printed", mailer.id)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "notices.printed")).all()
    assert [(entry.case_ref, entry.subject_ref) for entry in entries] == [(case.public_id, notice.public_id)]


def test_a_letter_that_was_withdrawn_meanwhile_is_not_marked(case, mailer):
    with pytest.raises(Conflict), transaction():
        operations.mark_printed([make_notice(case, status="dropped")], by=mailer)


def test_letters_of_restricted_records_are_written_and_not_printed(case, reviewer, supervisor, mailer):
    with transaction():
        make_restriction(case.resident, supervisor)
    with transaction():
        said = operations.say(case.resident, _ready(case))
    with pytest.raises(Restricted) as refused, transaction():
        operations.mark_printed([said], by=mailer)
    assert case.reference in str(refused.value.message)


def _ready(case: Application) -> rules.Said:
    facts = {"reference": case.reference, "centre": "x", "centre_address": "y"}
    to = rules.Recipient(case.resident.name)
    return rules.Said(rules.Kind.READY, "ready", "zh", case.public_id, case.reference, case.public_id, case.centre_id, facts, to)


def test_whoever_works_for_one_centre_sees_its_letters_alone(case, make_staff, mailer):
    make_notice(case)
    elsewhere = make_staff(Role.SUPERVISOR, centre=make_centre("EL"))
    assert [len(db.session.scalars(select(Notice).where(queries.visible_to(who.actor))).all()) for who in (mailer, elsewhere)] == [1, 0]


def test_no_card_no_letter(clerk, centre):
    make_card(make_ready_case(clerk, clerk, centre, status="approved", is_open=False))
    assert notices() == []
