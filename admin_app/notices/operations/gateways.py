"""How a message leaves the house: into a file, to a gateway by HTTP or mail, to a mailbox; what became of it is said in one word.

Called outside of any transaction. Nothing is repeated here: whoever calls decides by what is known of the outcome.
"""

import json
import os
import smtplib
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from enum import StrEnum
from pathlib import Path
from socket import SHUT_RDWR
from urllib.parse import unquote, urlsplit

from admin_app.foundation import outgoing, settings
from admin_app.notices.rules import Channel
from config import Settings

SECONDS = 20
LONGEST_WAIT = timedelta(hours=6)
"""A gateway may ask for so long a wait; more is not believed."""


class Result(StrEnum):
    """What is known of a message that was handed over."""

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Message:
    """A message to a phone, or to a mailbox."""

    number: str
    """Digits alone; of an e-mail the address."""
    text: str
    key: str
    """The gateway knows by it that it has the message already."""
    channel: Channel = Channel.SMS
    language: str = "zh"


@dataclass(frozen=True)
class Outcome:
    """How it ended."""

    result: Result
    code: str = ""
    """Why, a word of ERRORS of rules/states.py; '' where it was taken."""
    wait: timedelta | None = None
    """How long the gateway asks to wait."""


def send(message: Message, way: str = "") -> Outcome:
    """Hand the message over by the way that the settings name, or by another one, a word of WAYS."""
    now = settings.current()
    ways, adapter = (MAIL_WAYS, now.email_adapter) if message.channel == Channel.EMAIL else (WAYS, way or now.sms_adapter)
    if not adapter:  # it was written while the settings named a way
        return Outcome(Result.REFUSED, "not_connected")
    return ways[adapter](message, now)


def written_to_file(key: str) -> Message | None:
    """The message with this key that the way «file» has handed over; None if there is none."""
    place = settings.current().instance / "outbox" / f"{key}.json"
    if not place.is_file():
        return None
    said = json.loads(place.read_text(encoding="utf-8"))
    return Message(said["to"], said["text"], said["key"])


def _into_file(message: Message, now: Settings) -> Outcome:
    """For a demo and for tests: one file for each message, readable by the desk's user alone; there already means sent already."""
    folder = now.instance / "outbox"
    folder.mkdir(mode=0o700, exist_ok=True)
    place, beside = folder / f"{message.key}.json", folder / f".{message.key}.{os.getpid()}"
    content = json.dumps({"to": message.number, "text": message.text, "key": message.key}, ensure_ascii=False)
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(content)
    Path(beside).replace(place)
    return Outcome(Result.SENT)


def _by_http(message: Message, now: Settings) -> Outcome:
    """One POST with the key of the message; only an answer of 2xx that is JSON means that it was taken."""
    body = json.dumps({"to": message.number, "text": message.text, "key": message.key}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": message.key}
    if secret := now.sms_key.get_secret_value():
        headers["Authorization"] = f"Bearer {secret}"
    try:
        answer = outgoing.ask(now.sms_url, body=body, headers=headers, seconds=SECONDS, most_bytes=100_000)
    except outgoing.NotReached:
        return Outcome(Result.LATER, "not_reached")
    except outgoing.NoAnswer:
        return Outcome(Result.UNKNOWN, "no_answer")
    return _understood(answer)


def _understood(answer: outgoing.Answer) -> Outcome:
    if answer.is_good:
        return Outcome(Result.SENT) if _is_json_object(answer.body) else Outcome(Result.UNKNOWN, "strange_answer")
    if answer.status in (429, 503):
        return Outcome(Result.LATER, "busy", _asked_to_wait(answer.headers))
    if answer.status >= 500 or answer.status in (408, 409):  # it may have it, and failed afterwards
        return Outcome(Result.UNKNOWN, "gateway_failed")
    return Outcome(Result.REFUSED, "gateway_refused")


def _is_json_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False


def _asked_to_wait(headers: Mapping[str, str]) -> timedelta | None:
    seconds = headers.get("retry-after", "")
    return min(timedelta(seconds=int(seconds)), LONGEST_WAIT) if seconds.isascii() and seconds.isdigit() and len(seconds) < 8 else None


def _by_mail(message: Message, now: Settings) -> Outcome:
    """A mail to the gateway's address for the number; until its last line is sent the gateway has nothing."""
    return _mailed(mail_of(message, now), now.sms_mail_from, now)


def _to_mailbox(message: Message, now: Settings) -> Outcome:
    """A mail to the resident; until its last line is sent the server has nothing."""
    return _mailed(letter_of(message, now), now.email_from, now)


def _mailed(mail: EmailMessage, sender: str, now: Settings) -> Outcome:
    try:
        with _connected(now) as server:
            return _handed_over(server, mail, sender, str(mail["To"].addresses[0].addr_spec))
    except (OSError, smtplib.SMTPException):
        return Outcome(Result.LATER, "not_reached")


def mail_of(message: Message, now: Settings) -> EmailMessage:
    """The mail: plain text, its Message-ID made of the key; ValueError for an address that would be two lines."""
    name, _, domain = now.sms_mail_to.replace("{number}", message.number).rpartition("@")
    mail = EmailMessage(policy=POLICY)
    mail["From"], mail["To"] = now.sms_mail_from, Address(username=name, domain=domain)
    mail["Subject"] = "SMS"
    mail["Message-ID"] = f"<{message.key}@{now.sms_mail_from.rpartition('@')[2]}>"
    mail.set_content(message.text, cte="base64")
    return mail


def letter_of(message: Message, now: Settings) -> EmailMessage:
    """The mail to a resident: plain text, a subject that names nobody, its Message-ID made of the key; says that no person wrote it.

    ValueError for an address that would be two lines, or none.
    """
    local, _, domain = message.number.rpartition("@")
    mail = EmailMessage(policy=POLICY)
    mail["From"], mail["To"] = now.email_from, Address(username=local, domain=domain)
    mail["Subject"] = SUBJECTS[message.language]
    mail["Message-ID"] = f"<{message.key}@{now.email_from.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, cte="base64")
    return mail


@contextmanager
def _connected(now: Settings) -> Iterator[smtplib.SMTP]:
    """A server that we are signed in at, over TLS unless it is this machine; hung up after SECONDS."""
    parts = urlsplit(now.smtp_url.get_secret_value())
    host, port, context = parts.hostname or "", parts.port or 0, ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port or 25, timeout=SECONDS)
    watch = threading.Timer(SECONDS, _hang_up, (server,))
    watch.daemon = True
    watch.start()
    try:
        if parts.scheme == "smtp" and host not in ("127.0.0.1", "::1", "localhost"):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
    finally:
        watch.cancel()
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def _hang_up(server: smtplib.SMTP) -> None:
    line = server.sock
    if line is not None:
        with suppress(OSError):  # it was closed at this very moment
            line.shutdown(SHUT_RDWR)


def _handed_over(server: smtplib.SMTP, mail: EmailMessage, sender: str, to: str) -> Outcome:
    server.ehlo_or_helo_if_needed()
    for code, _said in (server.mail(sender), server.rcpt(to)):
        if code >= 500:
            return Outcome(Result.REFUSED, "gateway_refused")
        if code >= 300:
            return Outcome(Result.LATER, "busy")
    try:
        code, _said = server.data(mail.as_bytes())
    except smtplib.SMTPDataError as refused:  # before the mail was sent
        return _of_reply(refused.smtp_code)
    except (OSError, smtplib.SMTPException):
        return Outcome(Result.UNKNOWN, "no_answer")
    return _of_reply(code)


def _of_reply(code: int) -> Outcome:
    if code == 250:
        return Outcome(Result.SENT)
    if 400 <= code < 500:
        return Outcome(Result.LATER, "busy")
    return Outcome(Result.REFUSED, "gateway_refused") if code >= 500 else Outcome(Result.UNKNOWN, "strange_answer")


WAYS: dict[str, Callable[[Message, Settings], Outcome]] = {"file": _into_file, "http": _by_http, "mail": _by_mail}
"""Word of the setting sms_adapter -> how it is done."""
MAIL_WAYS: dict[str, Callable[[Message, Settings], Outcome]] = {"file": _into_file, "smtp": _to_mailbox}
"""Word of the setting email_adapter -> how it is done."""
SUBJECTS = {"zh": "社会保障卡业务通知", "en": "About your social security card"}
"""What a mail is called before it is opened, in the language of its resident: the same for everybody."""
