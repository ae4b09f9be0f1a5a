"""Residents who gave an address are written to there: once, in their language, with no word more than a message to a phone."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
import time_machine
from sqlalchemy import select

from admin_app.applications.operations import decisions
from admin_app.audit.models import AuditEntry
from admin_app.foundation import settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.typed_text import emails
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.notices.models import Notice
from admin_app.residents import operations as residents
from admin_app.residents.models import Resident, ResidentCorrection
from tests.factories.applications import make_ready_case
from tests.factories.cards import ready_card
from tests.factories.residents import make_resident
from tests.mail_server import mail_server

NOON, NIGHT = datetime(2026, 11, 30, 4, 0, tzinfo=UTC), datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
"""Twelve and eleven o'clock at night at the office."""
ADDRESS = "wang.fang@example.org"


@pytest.fixture
def server(app, monkeypatch):
    with mail_server() as running, time_machine.travel(NOON, tick=False):
        for name, value in {"email_adapter": "smtp", "email_from": "desk@example.org", "smtp_url": running.url}.items():
            kind = type(getattr(settings.current(), name))
            monkeypatch.setattr(settings.current(), name, kind(value) if name == "smtp_url" else value)
        yield running


@pytest.fixture
def reachable(clerk) -> Resident:
    resident = make_resident()
    with transaction():
        residents.update_contact(resident, phone="13805715521", email=ADDRESS, by=clerk)
    return resident


def notices() -> list[tuple[str, str]]:
    db.session.rollback()
    return [(notice.channel, notice.status) for notice in db.session.scalars(select(Notice).order_by(Notice.id))]


def collect(resident, clerk, centre, mailer):
    return ready_card(clerk, centre, by=mailer, delivery="collect", resident=resident)


def test_a_card_at_the_counter_is_told_by_one_mail_and_by_nothing_else(server, reachable, clerk, centre, mailer, monkeypatch):
    monkeypatch.setattr(settings.current(), "sms_adapter", "http")
    card = collect(reachable, clerk, centre, mailer)
    ((sender, to, content),) = server.mails
    mail = message_from_bytes(content, policy=policy.default)
    assert (sender, to, mail["To"], mail["Auto-Submitted"]) == ("desk@example.org", ADDRESS, ADDRESS, "auto-generated")
    assert mail["Subject"] == "社会保障卡业务通知" and card.application.reference in mail.get_content()
    assert notices() == [("email", "sent")]
    everything = content.decode() + mail.get_content()
    assert all(word not in everything for word in (reachable.name, "13805715521", reachable.open_id_number()))


def test_what_the_server_refuses_is_told_by_a_letter(reachable, clerk, centre, mailer, server):
    server.replies["RCPT"] = b"550 nobody here"
    collect(reachable, clerk, centre, mailer)
    assert notices() == [("email", "failed"), ("letter", "waiting")] and server.mails == []


def test_a_mail_of_which_nobody_knows_is_not_sent_again(reachable, clerk, centre, mailer, server):
    server.replies["."] = b""
    collect(reachable, clerk, centre, mailer)
    assert notices() == [("email", "unknown")] and len(server.mails) == 1


def test_at_night_it_waits(reachable, clerk, centre, mailer, server):
    with time_machine.travel(NIGHT, tick=False):
        collect(reachable, clerk, centre, mailer)
    assert notices() == [("email", "waiting")] and server.mails == []


def test_mails_and_messages_to_phones_share_the_budget_of_an_hour(reachable, clerk, centre, mailer, server, monkeypatch):
    monkeypatch.setattr(settings.current(), "sms_per_hour", 1)
    for _ in range(2):
        collect(reachable, clerk, centre, mailer)
    assert [status for _channel, status in notices()] == ["sent", "waiting"]


def test_a_decision_is_on_paper_besides(reachable, clerk, reviewer, centre, server):
    case = make_ready_case(clerk, reviewer, centre, resident=reachable)
    with transaction():
        decisions.reject(case, by=reviewer, reasons=["not_entitled"])
    assert notices() == [("letter", "waiting"), ("email", "sent")]


def test_the_language_that_somebody_asked_for_wins_over_that_of_the_name(reachable, clerk, centre, mailer, server):
    with transaction():
        residents.update_contact(reachable, language="en", by=clerk)
    collect(reachable, clerk, centre, mailer)
    mail = message_from_bytes(server.mails[0][2], policy=policy.default)
    assert mail["Subject"] == "About your social security card" and "ready" in mail.get_content()


def test_the_address_is_kept_encrypted_shown_masked_and_its_history_kept(reachable, clerk):
    with transaction():
        residents.correct(reachable, version=reachable.version, by=clerk, email="")
    assert (reachable.email, reachable.email_masked, reachable.email_sealed) == ("", "", None)
    (kept,) = db.session.scalars(select(ResidentCorrection).where(ResidentCorrection.field == "email"))
    row = db.session.execute(select(ResidentCorrection.__table__)).first()
    assert kept.before == ADDRESS and ADDRESS.encode().hex() not in " ".join(v.hex() for v in row if isinstance(v, bytes))
    assert ADDRESS not in repr([entry.changes for entry in db.session.scalars(select(AuditEntry))])


def test_pages_show_the_first_character_and_the_domain(sign_in, reachable):
    browser = sign_in("intake_clerk", username="x")
    page = browser.get(f"/residents/{reachable.public_id}").text
    assert "w***@example.org" in page and ADDRESS not in page
    assert ADDRESS not in browser.get(f"/residents/{reachable.public_id}/correct").text


@pytest.mark.parametrize(
    "typed",
    [
        "a@b", "a b@", "@example.org", "a@example..org", ".a@example.org", "a.@example.org", "a..b@example.org", "a@-x.org", "a@x-.org",
        "a@example.org, b@example.org", "a@example.org\nBcc: b@example.org", "a@example.org\r\nBcc: b@example.org", '"a b"@example.org',
        "a@[127.0.0.1]", "a@1.2.3.4", "王@example.org", "a@例子.中国", "a<b@example.org>", "a(c)@example.org", "a;b@example.org",
        "x" * 65 + "@a.org", "a b@example.org", "a@" + "x." * 130 + "org", "a@example.org\x00", "110101199003070812@example.org",
    ],
)  # fmt: skip
def test_what_could_be_more_than_one_address_is_refused(app, typed):
    with app.test_request_context(), pytest.raises(TextRefused):
        emails.email(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("", ""), (" Wang.Fang@Example.ORG ", "Wang.Fang@example.org"), ("ａ＠ｑｑ．ｃｏｍ", "a@qq.com"), ("a+b@x-y.co", "a+b@x-y.co")],
)
def test_an_address_is_read_as_it_is_meant(app, typed, kept):
    with app.test_request_context():
        assert emails.email(typed) == kept
