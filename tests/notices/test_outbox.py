"""Messages to phones: handed over once, at the hours of the office, within the budget; what nobody knows is not repeated by itself."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from admin_app.applications.operations import decisions
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.notices.models import Notice
from admin_app.notices.operations import gateways, sending
from admin_app.notices.operations.gateways import Outcome, Result
from admin_app.notices.rules import outbox, wording
from admin_app.notices.rules.states import Channel, Kind
from tests.factories.applications import make_ready_case
from tests.factories.cards import ready_card
from tests.factories.residents import make_resident
from tests.factories.restrictions import make_restriction

NOON = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
"""Twelve o'clock at the office."""
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def handed_over(app, monkeypatch):
    """What the gateway was given; `answers` are given one after another, the last one again and again."""
    given, answers = [], [Outcome(Result.SENT)]

    def gateway(message, _settings):
        given.append(message)
        return answers.pop(0) if len(answers) > 1 else answers[0]

    monkeypatch.setitem(gateways.WAYS, "http", gateway)
    monkeypatch.setattr(settings.current(), "sms_adapter", "http")
    gateway.given, gateway.answers = given, answers
    with time_machine.travel(NOON, tick=False):
        yield gateway


@pytest.fixture
def reachable(app):
    resident = make_resident()
    with transaction():
        resident.seal_phone("13805715521")
    return resident


def notices() -> list[Notice]:
    db.session.rollback()
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))


def states() -> list[tuple[str, str]]:
    return [(notice.channel, notice.status) for notice in notices()]


def collect(reachable, clerk, centre, mailer):
    return ready_card(clerk, centre, by=mailer, delivery="collect", resident=reachable)


def later(wait: timedelta) -> None:
    with time_machine.travel(clock.now() + wait, tick=False):
        db.session.rollback()
        jobs.reconcile()
        db.session.rollback()


def test_a_card_at_the_counter_is_told_by_a_message_alone(handed_over, reachable, clerk, centre, mailer):
    case = collect(reachable, clerk, centre, mailer).application
    (message,) = handed_over.given
    assert states() == [("sms", "sent")] and message.number == "13805715521" and case.reference in message.text
    assert reachable.name not in message.text and message.key == notices()[0].public_id


def test_a_rejection_goes_on_paper_and_to_the_phone_without_its_reasons(handed_over, reachable, clerk, reviewer, centre):
    case = make_ready_case(clerk, reviewer, centre, resident=reachable)
    with transaction():
        decisions.reject(case, by=reviewer, reasons=["not_entitled"])
    assert states() == [("letter", "waiting"), ("sms", "sent")]
    assert case.decisions[0].reasons[0].reason_code.text_zh not in handed_over.given[0].text


def test_whoever_has_no_mobile_gets_a_letter(handed_over, clerk, centre, mailer):
    collect(make_resident(), clerk, centre, mailer)
    assert states() == [("letter", "waiting")] and handed_over.given == []


def test_a_refused_message_is_told_by_a_letter(handed_over, reachable, clerk, centre, mailer):
    handed_over.answers[:] = [Outcome(Result.REFUSED, "gateway_refused")]
    case = collect(reachable, clerk, centre, mailer).application
    letter = notices()[1]
    assert states() == [("sms", "failed"), ("letter", "waiting")] and len(handed_over.given) == 1
    assert case.reference in letter.words and letter.recipient.splitlines()[-1] == reachable.name


def test_what_nobody_knows_is_not_sent_again_by_itself(handed_over, reachable, clerk, centre, mailer):
    handed_over.answers[:] = [Outcome(Result.UNKNOWN, "no_answer")]
    collect(reachable, clerk, centre, mailer)
    for _ in range(3):
        later(timedelta(days=1))
    assert states() == [("sms", "unknown")] and len(handed_over.given) == 1


def test_somebody_who_asked_has_it_sent_again_with_the_same_key(handed_over, reachable, clerk, centre, mailer):
    handed_over.answers[:] = [Outcome(Result.UNKNOWN, "no_answer"), Outcome(Result.SENT)]
    collect(reachable, clerk, centre, mailer)
    with transaction():
        assert sending.send_again(notices(), by=mailer) == 1
    assert states() == [("sms", "sent")] and len({message.key for message in handed_over.given}) == 1


def test_somebody_who_asked_has_a_letter_written_once(handed_over, reachable, clerk, centre, mailer):
    handed_over.answers[:] = [Outcome(Result.UNKNOWN, "no_answer")]
    collect(reachable, clerk, centre, mailer)
    for news in (1, 0):
        with transaction():
            assert sending.write_instead(notices()[:1], by=mailer) == news
    assert states() == [("sms", "unknown"), ("letter", "waiting")]


def test_a_busy_gateway_is_asked_again_later_and_not_for_ever(handed_over, reachable, clerk, centre, mailer):
    handed_over.answers[:] = [Outcome(Result.LATER, "busy")]
    collect(reachable, clerk, centre, mailer)
    assert states() == [("sms", "waiting")]
    with time_machine.travel(NOON, tick=False) as now:
        for _ in range(outbox.MOST_TRIES + 3):
            now.shift(timedelta(hours=24))
            db.session.rollback()
            jobs.reconcile()
    assert len(handed_over.given) == outbox.MOST_TRIES and states() == [("sms", "failed"), ("letter", "waiting")]


def test_at_night_it_waits_for_the_morning(handed_over, reachable, clerk, centre, mailer):
    with time_machine.travel(NOON + timedelta(hours=10), tick=False):
        collect(reachable, clerk, centre, mailer)
        assert states() == [("sms", "waiting")] and handed_over.given == []
        later(timedelta(hours=9))
        assert handed_over.given == []
        later(timedelta(hours=10, minutes=1))
    assert len(handed_over.given) == 1


def test_over_the_budget_of_the_hour_it_waits(handed_over, clerk, centre, mailer, monkeypatch):
    monkeypatch.setattr(settings.current(), "sms_per_hour", 2)
    for number in range(3):
        resident = make_resident()
        with transaction():
            resident.seal_phone(f"1380571552{number}")
        collect(resident, clerk, centre, mailer)
    assert len(handed_over.given) == 2
    later(timedelta(minutes=59))
    assert len(handed_over.given) == 2
    later(timedelta(minutes=61))
    assert len(handed_over.given) == 3


def test_a_worker_that_died_leaves_what_nobody_knows(handed_over, reachable, clerk, centre, mailer, monkeypatch):
    class Killed(BaseException):
        pass

    def dies(_message, _settings):
        handed_over.given.append(None)
        raise Killed

    monkeypatch.setitem(gateways.WAYS, "http", dies)
    with pytest.raises(Killed):
        collect(reachable, clerk, centre, mailer)
    assert states() == [("sms", "sending")]
    later(jobs.STALE_AFTER + timedelta(seconds=1))
    assert states() == [("sms", "unknown")] and len(handed_over.given) == 1


def test_while_the_records_are_restricted_nothing_leaves(handed_over, reachable, clerk, centre, mailer, supervisor, monkeypatch):
    monkeypatch.setattr(settings.current(), "jobs_inline", False)
    collect(reachable, clerk, centre, mailer)
    with transaction():
        make_restriction(reachable, supervisor)
    monkeypatch.setattr(settings.current(), "jobs_inline", True)
    jobs.reconcile()
    assert handed_over.given == []


def test_jobs_hold_ids_alone(handed_over, reachable, clerk, centre, mailer):
    collect(reachable, clerk, centre, mailer)
    (job,) = db.session.scalars(select(Job).where(Job.name == "notices.send"))
    assert set(job.arguments) == {"notice_id"} and "13805715521" not in repr(vars(job))


def test_every_message_is_short_and_names_no_person():
    facts = {
        "reference": "BK-26-0000123", "answer_by": "2026年12月21日", "posted_on": "2026年12月21日", "tracking": "EA123456785CN",
        "keep_until": "2026年12月21日", "returned_on": "2026年12月21日", "lost_on": "2026年12月21日",
        "delivered_on": "2026年12月21日", "destroyed_on": "2026年12月21日",
        "centre": "拱墅区和睦街道社会保障服务网点",
    }  # fmt: skip
    for name in wording.names():
        for language, most in (("zh", 70), ("en", 160)):
            text = wording.template(name)[language]["short"].format(**facts)
            assert len(text) <= most and "http" not in text, (name, language, len(text))


@pytest.mark.parametrize(("hour", "leaves"), [(7, (30, 8)), (8, (30, 8)), (19, (30, 19)), (20, (31, 8)), (23, (31, 8)), (0, (30, 8))])
def test_hours_of_the_office(hour, leaves):
    moment = outbox.allowed_from(datetime(2026, 10, 30, hour, 30, tzinfo=SHANGHAI), outbox.hours("08-20"))
    assert (moment.day, moment.hour) == leaves


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13805715521", "13805715521"),
        ("+86 138 0571 5521", "13805715521"),
        ("008613805715521", "13805715521"),
        ("0571-12333", ""),
        ("", ""),
    ],
)
def test_numbers_that_take_messages(typed, number):
    assert outbox.mobile(typed) == number


def test_formal_things_are_always_on_paper():
    for kind in Kind:
        assert (Channel.LETTER in outbox.channels(kind, Channel.SMS)) == (kind in outbox.FORMAL)
        assert outbox.channels(kind, None) == (() if kind in outbox.IN_PASSING else (Channel.LETTER,))
