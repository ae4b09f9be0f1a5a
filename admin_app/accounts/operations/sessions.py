"""Sessions of residents: rows of their own kind, written on connections of their own, ended at sign-out (ADR 0075)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from admin_app.accounts import queries, rules
from admin_app.accounts.models import Account, ResidentSession
from admin_app.audit import operations as audit
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.database import db
from admin_app.foundation.filing import Level
from admin_app.residents.models import Resident
from admin_app.staff.permissions import verb

TABLE = ResidentSession.__table__


@dataclass(frozen=True)
class SignedIn:
    """Somebody who is signed in."""

    key: str
    account: Account
    level: int

    @property
    def resident(self) -> Resident:
        """Who it is."""
        return self.account.resident

    @property
    def actor(self) -> Actor:
        """Who acts, for operations."""
        return rules.actor(self.account.id, self.level)


def begin(account: Account, level: Level) -> str:
    """Begin a session of this account; its key, 256 random bits for the cookie."""
    key, now = secrets.token_urlsafe(32), clock.now()
    _write(insert(TABLE).values(key_hash=hashed(key), account_id=account.id, level=int(level), began_at=now, seen_at=now))
    return key


def load(key: str) -> SignedIn | None:
    """Whose session it is, if it is in force; that it is in use is written down once a minute."""
    found = queries.session_in_force(hashed(key)) if 20 < len(key) < 100 else None
    if found is None:
        return None
    if clock.now() - found.seen_at > rules.TOUCH_EVERY:
        _write(update(TABLE).where(TABLE.c.id == found.id).values(seen_at=clock.now()))
    return SignedIn(key, queries.account_numbered(found.account_id), found.level)


def end(key: str) -> None:
    """End one session: its cookie is worth nothing from now on."""
    _write(delete(TABLE).where(TABLE.c.key_hash == hashed(key)))


@verb("accounts.leave")
def leave(account: Account, level: int, *, by: Actor = SYSTEM) -> None:  # noqa: ARG001  # the resident did it, and no role is asked
    """Note that the resident signed out."""
    audit.record("accounts.signed_out", "resident", account.resident.public_id, by=rules.actor(account.id, level))


def sweep() -> int:
    """Remove sessions that are over; returns how many."""
    now, office = clock.now(), settings.current()
    idle, old = now - timedelta(minutes=office.resident_idle_minutes), now - timedelta(hours=office.resident_hours)
    over = (TABLE.c.seen_at < idle) | (TABLE.c.began_at < old)
    is_any = db.session.scalar(select(TABLE.c.id).where(over).limit(1)) is not None
    return _write(delete(TABLE).where(over)) if is_any else 0


def hashed(key: str) -> str:
    """What the table keeps of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def _write(change: Any) -> int:
    """One statement, which is a transaction of its own, whatever the request's own is doing."""
    options = {"isolation_level": "AUTOCOMMIT"} if db.engine.dialect.name == "postgresql" else {"card_desk_write": True}
    with db.engine.connect().execution_options(**options) as connection, connection.begin():
        return int(connection.execute(change).rowcount)
