"""How often somebody may try: counted in the database, so that all processes count together, and before anything is compared.

An account cannot be locked by strangers: they share a budget of their own, and each browser where the person signed in before has another.
A row lives as long as the window, and there are no more rows than budgets allow, so the table stays small whatever is sent.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from admin_app.foundation import clock, crypto, origin, settings
from admin_app.foundation.database import db
from admin_app.foundation.errors import DomainError
from admin_app.staff.models import SignInAttempt as Row

TURN = 0x5167
"""The number of the lock under which PostgreSQL counts one attempt after the other."""
PASSWORD, CODE = "account", "code"
"""What is tried: each has a budget of its own for an account."""
PREFIX_BITS = 64
"""Whoever has one IPv6 address has all of its network."""


class TooManyAttempts(DomainError):
    """The budget of this account, address or browser is used up for now; nothing was compared. `retry_after` are seconds."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        minutes = -(-retry_after // 60)
        sentence = _l(
            "Too many wrong attempts. Please try again in %(minutes)s minutes; a browser where you signed in before may go on.",
            minutes=minutes,
        )
        super().__init__(sentence, retry_after=retry_after)


@dataclass(frozen=True)
class Tries:
    """Who tries, as keys that say nothing: the account that they name, their address, the browser if the person is known there.

    Each under every index key, the newest first: what was counted before a new one came still counts.
    """

    account: tuple[str, ...]
    address: tuple[str, ...]
    device: tuple[str, ...]


def tries(name: str, device: str | None = None, what: str = PASSWORD) -> Tries:
    """Somebody at this request's address who names the account `name`, whether there is one or not, and gives a password or a code."""
    account, address = _keys(what, folded(name)), _keys("address", network(origin.address.get() or ""))
    return Tries(account, address, _keys("device", device) if device is not None else ())


def folded(name: str) -> str:
    """A user name as it is compared: outer blanks and case do not matter."""
    return name.strip().lower()


def refuse_if_spent(who: Tries) -> None:
    """TooManyAttempts if one of the budgets that `who` draws from is used up. Reads only: a refused attempt costs no write."""
    now, window = clock.now(), _window()
    for condition, most in _budgets(who):
        count, first = db.session.execute(select(func.count(), func.min(Row.at)).where(Row.at > now - window, *condition)).one()
        if count >= most:
            raise TooManyAttempts(max(1, int((first + window - now).total_seconds()) + 1))


def take(who: Tries) -> int:
    """Count an attempt before it is made; returns its number, for give_back(). TooManyAttempts if there is none left."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(TURN)))
    db.session.execute(delete(Row).where(Row.at <= clock.now() - _window()))
    refuse_if_spent(who)
    device = who.device[0] if who.device else None
    row = Row(at=clock.now(), account_key=who.account[0], address_key=who.address[0], device_key=device)
    db.session.add(row)
    db.session.flush()
    return row.id


def give_back(number: int) -> None:
    """The attempt was right: it was no guess."""
    db.session.execute(delete(Row).where(Row.id == number))


def forget(name: str) -> None:
    """The account `name` gets its whole budget back (an administrator gave it a new password)."""
    keys = [key for what in (PASSWORD, CODE) for key in _keys(what, folded(name))]
    db.session.execute(delete(Row).where(Row.account_key.in_(keys)))


def paused_until(name: str) -> datetime | None:
    """Until when browsers that are not known cannot try the account `name` any more; None if they can."""
    since = clock.now() - _window()
    rows = select(func.count(), func.min(Row.at)).where(
        Row.account_key.in_(_keys(PASSWORD, folded(name))), Row.device_key.is_(None), Row.at > since
    )
    count, first = db.session.execute(rows).one()
    return first + _window() if count >= settings.current().sign_in_attempts else None


def _budgets(who: Tries) -> Iterator[tuple[tuple[Any, ...], int]]:
    """(what is counted, how many there may be) of each budget that this attempt draws from."""
    limits = settings.current()
    if who.device:
        yield (Row.device_key.in_(who.device),), limits.sign_in_attempts
        return
    stranger = Row.device_key.is_(None)
    yield (Row.account_key.in_(who.account), stranger), limits.sign_in_attempts
    yield (Row.address_key.in_(who.address), stranger), limits.sign_in_address_attempts
    yield (stranger,), limits.sign_in_all_attempts


def _window() -> timedelta:
    return timedelta(minutes=settings.current().sign_in_minutes)


def _keys(purpose: str, value: str) -> tuple[str, ...]:
    return crypto.keyring().blind_indexes(f"sign-in|{purpose}", value)


def network(address: str) -> str:
    """The address as it is counted: of an IPv6 address its network, whose addresses all belong to one place."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    if mapped or known.version == 4:
        return str(mapped or known)
    return str(ipaddress.ip_network((known, PREFIX_BITS), strict=False))
