"""Clients 接口应用: programs of others, such as the city's portal; what each may ask for, from where, with which key. Pure functions."""

import hashlib
import hmac
import ipaddress
import re
import secrets
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.foundation.readable import random_code

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Scope(StrEnum):
    """What a client may ask for: a part of the contract."""

    REFERENCE = "reference:read"


SCOPE_LABELS = {Scope.REFERENCE: _l("Read service centres and what an application needs")}
RIGHTS: dict[str, frozenset[str]] = {Scope.REFERENCE: frozenset({"centres.read"})}
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


def new_key() -> tuple[str, str, str]:
    """(key, prefix, SHA-256 of the secret): the first is shown once, the others are kept."""
    prefix, secret = random_code(1, 8), secrets.token_hex(32)
    return f"cdk_{prefix}_{secret}", prefix, hashed(secret)


def hashed(secret: str) -> str:
    """SHA-256 in hex digits. Enough for 256 random bits: nobody guesses those, so nothing slow is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


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


REFUSALS: dict[Refusal, tuple[int, Any]] = {
    Refusal.KEY_MISSING: (401, _l("Send the key of your program as «Authorization: Bearer cdk_…».")),
    Refusal.KEY_REFUSED: (401, _l("This key is not known, or it was ended.")),
    Refusal.KEY_EXPIRED: (401, _l("This key has expired. Ask the office for another one.")),
    Refusal.CLIENT_OFF: (403, _l("The office has switched this program off. Ask the office why.")),
    Refusal.NETWORK: (403, _l("This program may not be used from this network. Ask the office to add it.")),
    Refusal.SCOPE: (403, _l("This program may not ask for this. Ask the office for the scope that the contract names.")),
    Refusal.TOO_MANY: (429, _l("Too many requests. Come again after the seconds in Retry-After.")),
}
"""Refusal -> (HTTP status, sentence)."""


def rights_of(scopes: list[str]) -> frozenset[str]:
    """The permissions of a client with these scopes; a scope that is no more gives nothing."""
    return frozenset().union(*(RIGHTS.get(scope, frozenset()) for scope in scopes))
