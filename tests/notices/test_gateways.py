"""What becomes of a message at real servers of this machine, good and strange ones; nothing is put into a header that is not ours."""

import email
import json
import socket
import stat
from collections.abc import Iterator

import pytest

from admin_app.foundation import settings
from admin_app.notices.operations import gateways
from admin_app.notices.operations.gateways import Message, Outcome, Result
from tests.apps import make_settings
from tests.mail_server import HANG_UP, mail_server
from tests.reports.vectors import vectors
from tests.strange_server import Asked, said, strange_server

MESSAGE = Message("13805715521", "您的社会保障卡（BK-26-0000123）已可领取。", "0123456789abcdef0123456789abcdef")


@pytest.fixture
def office(tmp_path, monkeypatch):
    """An office with the settings that a test names."""

    def name(**values):
        now = make_settings(tmp_path, "", **values)
        monkeypatch.setattr(settings, "current", lambda: now)
        return now

    return name


def by_http(office, answer) -> tuple[Outcome, list[Asked]]:
    with strange_server(answer) as server:
        office(sms_adapter="http", sms_url=server.url + "/send", sms_key="secret-of-the-gateway")
        return gateways.send(MESSAGE), server.asked


def test_a_gateway_is_asked_once_with_the_key_of_the_message(office):
    outcome, asked = by_http(office, lambda _asked: said(200, b'{"id": 1}'))
    assert outcome == Outcome(Result.SENT) and len(asked) == 1
    assert json.loads(asked[0].body) == {"to": MESSAGE.number, "text": MESSAGE.text, "key": MESSAGE.key}
    assert asked[0].headers["idempotency-key"] == MESSAGE.key and asked[0].headers["authorization"] == "Bearer secret-of-the-gateway"
    assert MESSAGE.number not in asked[0].line


@pytest.mark.parametrize(
    ("answer", "result", "code"),
    [
        (said(429, b"{}"), Result.LATER, "busy"),
        (said(503, b"{}"), Result.LATER, "busy"),
        (said(500, b"{}"), Result.UNKNOWN, "gateway_failed"),
        (said(409, b"{}"), Result.UNKNOWN, "gateway_failed"),
        (said(400, b"{}"), Result.REFUSED, "gateway_refused"),
        (said(302, b"", "Location: http://127.0.0.1:1/"), Result.REFUSED, "gateway_refused"),
        (said(200, b"<html>sign in to the wireless network"), Result.UNKNOWN, "strange_answer"),
        (b"garbage without end", Result.UNKNOWN, "no_answer"),
        (b"", Result.UNKNOWN, "no_answer"),
        (said(200, b'{"id": 1}')[:-3], Result.UNKNOWN, "no_answer"),
    ],
)
def test_what_an_answer_means(office, answer, result, code):
    outcome, _asked = by_http(office, lambda _asked: answer)
    assert (outcome.result, outcome.code) == (result, code)


def test_a_gateway_that_takes_the_message_and_never_answers_is_unknown(office, monkeypatch):
    monkeypatch.setattr(gateways, "SECONDS", 0.3)

    def silent(_asked: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        server.ended.wait(5)

    with strange_server(silent) as server:
        office(sms_adapter="http", sms_url=server.url)
        outcome = gateways.send(MESSAGE)
        assert len(server.asked) == 1
        server.ended.set()
    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "no_answer")


def test_a_wait_that_the_gateway_asks_for_is_kept_and_no_day(office):
    for asked_for, waited in (("120", 120), ("99999999", None), ("999999", 6 * 3600), ("soon", None)):
        outcome, _asked = by_http(office, lambda _asked, asked_for=asked_for: said(429, b"{}", f"Retry-After: {asked_for}"))
        assert (outcome.wait.total_seconds() if outcome.wait else None) == waited


def test_nobody_there_means_that_nothing_was_sent(office):
    office(sms_adapter="http", sms_url="http://127.0.0.1:1/")
    assert gateways.send(MESSAGE) == Outcome(Result.LATER, "not_reached")


def by_mail(office, message: Message = MESSAGE, **replies: bytes):
    with mail_server(**replies) as server:
        office(sms_adapter="mail", smtp_url=server.url, sms_mail_to="{number}@sms.example.org", sms_mail_from="desk@example.org")
        return gateways.send(message), server.mails


def test_a_mail_goes_to_the_address_of_the_number(office):
    outcome, mails = by_mail(office)
    (sender, to, mail), parsed = mails[0], email.message_from_bytes(mails[0][2])
    assert (outcome, sender, to, len(mails)) == (Outcome(Result.SENT), "desk@example.org", "13805715521@sms.example.org", 1)
    assert parsed["Message-ID"] == f"<{MESSAGE.key}@example.org>" and parsed.get_payload(decode=True).decode().strip() == MESSAGE.text
    assert b"\n.\r\n" not in mail


@pytest.mark.parametrize(
    ("replies", "result"),
    [
        ({"hello": b"554 no"}, Result.LATER),
        ({"MAIL": b"451 later"}, Result.LATER),
        ({"RCPT": b"450 later"}, Result.LATER),
        ({"RCPT": b"550 unknown"}, Result.REFUSED),
        ({"RCPT": HANG_UP}, Result.LATER),
        ({"DATA": b"451 later"}, Result.LATER),
        ({"dot": b"452 full"}, Result.LATER),
        ({"dot": b"554 no"}, Result.REFUSED),
        ({"dot": HANG_UP}, Result.UNKNOWN),
        ({"dot": b"x" * 3000}, Result.UNKNOWN),
    ],
)
def test_what_a_mail_server_s_replies_mean(office, replies, result):
    outcome, _mails = by_mail(office, **replies)
    assert outcome.result == result


HOSTILE = list(vectors().values())
HEADERS = {"From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}


@pytest.mark.parametrize("text", ["a\r\n.\r\nMAIL FROM:<x@x>", "a\nBcc: x@example.org", "From: x\r\n\r\nb", *HOSTILE])
def test_a_text_is_text_and_never_a_header_or_a_command(office, text):
    outcome, mails = by_mail(office, Message(MESSAGE.number, text, MESSAGE.key))
    parsed = email.message_from_bytes(mails[0][2])
    assert outcome.result == Result.SENT and len(mails) == 1
    assert set(parsed.keys()) == HEADERS
    assert parsed.get_payload(decode=True).decode().splitlines() == text.splitlines()


def test_no_text_changes_what_else_a_gateway_is_told_or_a_file_holds(office):
    """Every way but the mail; there is a line for each in WAYS."""
    assert gateways.WAYS.keys() == {"file", "http", "mail"}
    usual = None
    with strange_server(lambda _asked: said(200, b"{}")) as server:
        for place, text in enumerate(HOSTILE):
            message = Message(MESSAGE.number, text, f"{place:032x}")
            office(sms_adapter="http", sms_url=server.url + "/send")
            assert gateways.send(message) == Outcome(Result.SENT)
            now = office(sms_adapter="file")
            assert gateways.send(message) == Outcome(Result.SENT)
            told = json.loads((now.instance / "outbox" / f"{message.key}.json").read_text(encoding="utf-8"))
            assert told == json.loads(server.asked[-1].body) == {"to": message.number, "text": text, "key": message.key}
            shape = (server.asked[-1].line, server.asked[-1].headers.keys() - {"content-length"})
            usual = usual or shape
            assert shape == usual and server.asked[-1].headers["idempotency-key"] == message.key
    assert len(server.asked) == len(list((now.instance / "outbox").iterdir())) == 28


def test_no_number_adds_a_header_or_a_recipient_to_a_mail(office):
    for text in [vectors()["header"], vectors()["command of mail"], vectors()["end of an attribute"]]:
        try:
            _outcome, mails = by_mail(office, Message(text, "a", MESSAGE.key))
        except ValueError:
            continue
        for _sender, _to, mail in mails:
            parsed = email.message_from_bytes(mail)
            assert set(parsed.keys()) == HEADERS and parsed.get_all("To") and "y@example.invalid" not in (parsed["From"], _to)


def test_a_number_that_would_be_two_lines_reaches_no_mail(office):
    with pytest.raises(ValueError, match=r"header|domain|CR|invalid"):
        by_mail(office, Message("1\r\nBcc: x@example.org", "a", MESSAGE.key))


def test_another_machine_is_written_to_over_tls_alone(office, monkeypatch):
    with mail_server() as server:
        port = server.server_address[1]
        office(
            sms_adapter="mail", smtp_url=f"smtp://elsewhere.invalid:{port}", sms_mail_to="{number}@x.org", sms_mail_from="desk@example.org"
        )  # fmt: skip
        monkeypatch.setattr(gateways.smtplib.SMTP, "_get_socket", lambda _self, _host, to, seconds: _connect(to, seconds))
        assert gateways.send(MESSAGE).result == Result.LATER
        assert server.mails == []


def _connect(port: int, seconds: float):
    return socket.create_connection(("127.0.0.1", port), seconds)


def test_a_file_is_private_and_written_once(office):
    now = office(sms_adapter="file")
    assert [gateways.send(MESSAGE), gateways.send(MESSAGE)] == [Outcome(Result.SENT)] * 2
    (file,) = (now.instance / "outbox").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and json.loads(file.read_text())["to"] == MESSAGE.number
