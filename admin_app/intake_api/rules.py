"""Clients 接口应用: programs of others, such as the city's portal; what each may ask for, from where, with which key. Pure functions."""

import base64
import hashlib
import hmac
import ipaddress
import re
import secrets
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from admin_app.foundation.readable import random_code

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Scope(StrEnum):
    """What a client may ask for: a part of the contract."""

    REFERENCE = "reference:read"
    SUBMIT = "applications:submit"
    READ = "applications:read"
    LOSS = "loss_reports:submit"


SCOPE_LABELS = {
    Scope.REFERENCE: _l("Read service centres and what an application needs"),
    Scope.SUBMIT: _l("File applications, hand in papers, withdraw"),
    Scope.READ: _l("Read how far its own applications are"),
    Scope.LOSS: _l("Report that a card is lost or stolen, and read its own reports"),
}
RIGHTS: dict[str, frozenset[str]] = {
    Scope.REFERENCE: frozenset({"centres.read"}), Scope.SUBMIT: frozenset({"applications.file"}), Scope.READ: frozenset(),
    Scope.LOSS: frozenset({"loss_reports.file"}),
}  # fmt: skip
"""Scope -> the permissions (staff/permissions/) that a client with it acts with."""

MOST_KEYS = 2
"""Keys of one client that work at the same time: the old one until the new one is everywhere."""
LONGEST_DAYS = 366
"""For which a key works at the longest."""
WARN_DAYS = 30
"""So many days before its end a key is told of."""
MOST_NETWORKS = 20
NETWORKS_LENGTH = 1000
"""Characters of all networks of a client together."""
KEY = re.compile(r"cdk_(?P<prefix>[a-z0-9]{8})_(?P<secret>[0-9a-f]{64})")
"""What a key looks like: its name, which may be seen, and its secret of 256 bits."""

SIGNED_SECONDS = 300
"""By so much the clocks of both sides may differ."""
MOST_SIGNATURES = 5
MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""What names a signed request, and what a key of idempotency looks like."""
KEPT_DAYS = 7
"""For which an answer is repeated under its Idempotency-Key, and the desk-id of a request is remembered."""
RUNNING_SECONDS = 60
"""After which a request that never ended is begun anew by its next repetition."""


class Marks(NamedTuple):
    """What the headers desk-id, desk-timestamp and desk-signature say."""

    id: str
    time: str
    signatures: str


def new_key() -> tuple[str, str, str]:
    """(key, prefix, SHA-256 of the secret): the first is shown once, the others are kept."""
    prefix, secret = random_code(1, 8), secrets.token_hex(32)
    return f"cdk_{prefix}_{secret}", prefix, hashed(secret)


def hashed(secret: str) -> str:
    """SHA-256 in hex digits. Enough for 256 random bits: nobody guesses those, so nothing slow is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_signing_secret() -> str:
    """A secret of 256 bits by which requests are signed, as Standard Webhooks write it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def is_signed(secret: str, marks: Marks, body: bytes, now: datetime) -> bool:
    """Whether one of the signatures is HMAC-SHA-256 of «id.time.body» by `secret`, made within SIGNED_SECONDS of `now`."""
    if not (MESSAGE_ID.fullmatch(marks.id) and marks.time.isascii() and marks.time.isdigit() and len(marks.time) < 12):
        return False
    if abs(now.timestamp() - int(marks.time)) > SIGNED_SECONDS:
        return False
    right = signature(secret, marks.id, marks.time, body)
    found = [hmac.compare_digest(one.encode(), right.encode()) for one in marks.signatures.split(" ")[:MOST_SIGNATURES]]
    return any(found)


def signature(secret: str, message_id: str, time: str, body: bytes) -> str:
    """The signature of Standard Webhooks (v1) over a message."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{message_id}.{time}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def is_secret(secret: str, secret_sha256: str) -> bool:
    """Whether this is the secret, in the same time for every answer."""
    return hmac.compare_digest(hashed(secret), secret_sha256)


def networks(text: str) -> tuple[Network, ...]:
    """The networks of a text, one a line; ValueError if a line is none, or names a network by one of its hosts."""
    return tuple(ipaddress.ip_network(line) for line in text.split("\n") if line)


def is_within(address: str, allowed: str) -> bool:
    """Whether `address` lies in one of the networks; a text that is no address lies nowhere."""
    try:
        here = ipaddress.ip_address(address)
    except ValueError:
        return False
    plain = getattr(here, "ipv4_mapped", None) or here
    return any(plain in network for network in networks(allowed))


class KeyState(StrEnum):
    """How a key stands today."""

    WORKS = "works"
    EXPIRES = "expires"
    EXPIRED = "expired"
    ENDED = "ended"


KEY_LABELS = {
    KeyState.WORKS: _l("Works"),
    KeyState.EXPIRES: _l("Expires soon"),
    KeyState.EXPIRED: _l("Expired"),
    KeyState.ENDED: _l("Ended by an administrator"),
}
KEY_MARKS = {KeyState.WORKS: "dot-good", KeyState.EXPIRES: "triangle", KeyState.EXPIRED: "dash", KeyState.ENDED: "dash"}


def key_state(expires_on: date, *, is_ended: bool, today: date) -> KeyState:
    """How a key stands on this day; on `expires_on` itself it still works."""
    if is_ended:
        return KeyState.ENDED
    if expires_on < today:
        return KeyState.EXPIRED
    return KeyState.EXPIRES if expires_on <= today + timedelta(days=WARN_DAYS) else KeyState.WORKS


class Refusal(StrEnum):
    """Why a request of a program is refused before anything is done."""

    KEY_MISSING = "key_missing"
    KEY_REFUSED = "key_refused"
    KEY_EXPIRED = "key_expired"
    CLIENT_OFF = "client_off"
    NETWORK = "network_refused"
    SCOPE = "scope_missing"
    TOO_MANY = "too_many_requests"
    NOT_SIGNED = "not_signed"
    SIGNED_BEFORE = "signature_used"
    LEVEL = "level_refused"


REFUSALS: dict[Refusal, tuple[int, Any]] = {
    Refusal.KEY_MISSING: (401, _l("Send the key of your program as «Authorization: Bearer cdk_…».")),
    Refusal.KEY_REFUSED: (401, _l("This key is not known, or it was ended.")),
    Refusal.KEY_EXPIRED: (401, _l("This key has expired. Ask the office for another one.")),
    Refusal.CLIENT_OFF: (403, _l("The office has switched this program off. Ask the office why.")),
    Refusal.NETWORK: (403, _l("This program may not be used from this network. Ask the office to add it.")),
    Refusal.SCOPE: (403, _l("This program may not ask for this. Ask the office for the scope that the contract names.")),
    Refusal.NOT_SIGNED: (401, _l("The request is not signed by the secret of this key, not within five minutes, or its body was changed.")),
    Refusal.SIGNED_BEFORE: (401, _l("A request with this desk-id came before. Sign each request again, a repeated one as well.")),
    Refusal.LEVEL: (403, _l("This program may not vouch for a resident at this level.")),
    Refusal.TOO_MANY: (429, _l("Too many requests. Come again after the seconds in Retry-After.")),
}
"""Refusal -> (HTTP status, sentence)."""


def rights_of(scopes: list[str]) -> frozenset[str]:
    """The permissions of a client with these scopes; a scope that is no more gives nothing."""
    return frozenset().union(*(RIGHTS.get(scope, frozenset()) for scope in scopes))
