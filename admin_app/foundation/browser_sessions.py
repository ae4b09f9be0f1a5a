"""Server-side sessions of browsers: rows of their own, written beside the office's data, ended at sign-out.

Whoever is not signed in has none: what a stranger's page remembers is in the stranger's own cookie (web/sessions.py).
They are written on connections of their own: what a page remembers must neither wait for nor ride on a change of the office.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from flask_babel.speaklater import LazyString
from sqlalchemy import LargeBinary, Select, String, bindparam, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation import clock, crypto, settings
from admin_app.foundation.database import Base, Id, UTCDateTime, db, new_public_id, rows


class BrowserSession(Base):
    """One browser. The cookie holds a random key; only its hash is here, and the content is encrypted."""

    __tablename__ = "browser_session"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int | None] = mapped_column(Id, index=True)
    """Who is signed in."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """JSON, encrypted."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it began; it ends some hours later, whatever happens."""
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    """When it was last used, to the minute; idle ones end."""
    network: Mapped[str] = mapped_column(String(45))
    """The IP address at which it began."""
    browser: Mapped[str] = mapped_column(String(60))


class Where(NamedTuple):
    """Where a session is, for its owner to know it again: address, browser and system."""

    network: str
    browser: str


class Shown(NamedTuple):
    """A live session as its owner sees it."""

    public_id: str
    key_hash: str
    created_at: datetime
    seen_at: datetime
    network: str
    browser: str


@dataclass(frozen=True)
class Loaded:
    """A live session: its content (JSON), when it was last seen, and the row of its owner, who came with it.

    `sealed` is the content as it stands in the table; it is sealed anew each time, so it also tells whether somebody wrote meanwhile.
    """

    text: str
    seen_at: datetime
    owner: Any
    sealed: bytes
    created_at: datetime

    @property
    def content(self) -> dict[str, Any]:
        """The content, a copy for whoever asks."""
        opened: dict[str, Any] = json.loads(self.text)
        return opened

    @property
    def needs_touch(self) -> bool:
        """Whether it was last seen so long ago that it must be written down that it is in use."""
        return clock.now() - self.seen_at > TOUCH_EVERY


TABLE = BrowserSession.__table__
INSERT = insert(TABLE)
UPDATE = update(TABLE).where(TABLE.c.key_hash == bindparam("of_key"), TABLE.c.content == bindparam("known"))
TOUCH_EVERY = timedelta(seconds=60)
"""What says that a session is in use stands in an index of its own; a change in between leaves it alone."""
CONTENT = select(TABLE.c.content).where(TABLE.c.key_hash == bindparam("of_key"))
MOST_SHOWN = 50
ATTEMPTS = 10
"""How often a change is tried again when other requests of the same browser write at the same moment."""


def new_key() -> str:
    """256 random bits for the cookie."""
    return secrets.token_urlsafe(32)


def load(key: str, *, owner: Any) -> Loaded | None:
    """The session of `key`, or None if it is unknown, idle too long or too old.

    `owner` is the mapped class of those who sign in: the person comes in the same statement, ready in the page's own session.
    """
    row = db.session.execute(_by_key(owner), {"key_hash": _hash(key)}).one_or_none()
    in_force, now = settings.current(), clock.now()
    if row is None or row.seen_at < now - timedelta(minutes=in_force.session_idle_minutes):
        return None
    if row.created_at < now - timedelta(hours=in_force.session_hours):
        return None
    return Loaded(_opened(row.content, key), row.seen_at, row[-1], row.content, row.created_at)


@cache
def _by_key(owner: Any) -> Select[Any]:
    found = select(TABLE.c.content, TABLE.c.created_at, TABLE.c.seen_at, owner)
    joined = found.select_from(TABLE).outerjoin(owner, owner.id == TABLE.c.staff_id)
    return joined.where(TABLE.c.key_hash == bindparam("key_hash"))


def create(key: str, content: dict[str, Any], *, staff_id: int | None, where: Where, began_at: datetime | None = None) -> None:
    """Begin the session of `key` with `content` (JSON values only); `began_at`: it goes on from one that began then."""
    now = clock.now()
    values = {"key_hash": _hash(key), "content": _sealed(content, key), "staff_id": staff_id, "created_at": began_at or now, "seen_at": now}
    _write(INSERT, values | where._asdict() | {"public_id": new_public_id()})


def save(key: str, content: dict[str, Any], *, known: Loaded) -> None:
    """Write what a request made of the session that it loaded as `known`. A session that was ended meanwhile is not brought back.

    Whose session it is never changes: whoever signs in or out gets a new key. Requests of one browser run at the same time: what
    another one changed meanwhile stays, unless both changed the same.
    """
    before, sealed = known.content, known.sealed
    seen = {"seen_at": clock.now()} if known.needs_touch else {}
    for _attempt in range(ATTEMPTS):
        if _write(UPDATE, seen | {"content": _sealed(content, key), "of_key": _hash(key), "known": sealed}):
            return
        with db.engine.connect() as connection:
            row = connection.execute(CONTENT, {"of_key": _hash(key)}).one_or_none()
        if row is None:
            return
        latest = json.loads(_opened(row.content, key))
        content, before, sealed = _merged(latest, before, content), latest, row.content


def _merged(latest: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """`latest` with the changes that lead from `before` to `after`; tables within (the kept searches) are merged likewise."""
    merged = dict(latest)
    for name in before.keys() | after.keys():
        old, new, now = before.get(name), after.get(name), latest.get(name)
        if new == old:
            continue
        if name not in after:
            merged.pop(name, None)
        elif isinstance(new, dict) and isinstance(now, dict):
            merged[name] = _merged(now, old if isinstance(old, dict) else {}, new)
        else:
            merged[name] = new
    return merged


def _sealed(content: dict[str, Any], key: str) -> bytes:
    return crypto.encrypt_text(as_text(content), context=_place(key))


def as_text(content: dict[str, Any]) -> str:
    """The content as JSON."""
    return json.dumps(content, default=_as_it_reads)


def _opened(sealed: bytes, key: str) -> str:
    return crypto.decrypt_text(sealed, context=_place(key))


def _as_it_reads(value: Any) -> str:
    """A sentence that was flashed before it was translated is kept in the reader's language of now."""
    if isinstance(value, LazyString):
        return str(value)
    raise TypeError(f"a session keeps JSON values only, not {type(value).__name__}")


def end(key: str) -> None:
    """End one session: its cookie is worth nothing from now on."""
    _write(delete(TABLE).where(TABLE.c.key_hash == _hash(key)))


def live_of(staff_id: int) -> list[Shown]:
    """The sessions of one person that are in force, the last used first; at most MOST_SHOWN."""
    now, in_force = clock.now(), settings.current()
    idle, old = now - timedelta(minutes=in_force.session_idle_minutes), now - timedelta(hours=in_force.session_hours)
    columns = [TABLE.c[name] for name in Shown._fields]
    live = select(*columns).where(TABLE.c.staff_id == staff_id, TABLE.c.seen_at >= idle, TABLE.c.created_at >= old)
    return [Shown(**row._mapping) for row in rows(live.order_by(TABLE.c.seen_at.desc(), TABLE.c.id.desc()).limit(MOST_SHOWN))]


def is_of(shown: Shown, key: str) -> bool:
    """Whether it is the session with this key."""
    return shown.key_hash == _hash(key)


def end_one_of(staff_id: int, public_id: str) -> None:
    """End one session of this person, if it is theirs."""
    _write(delete(TABLE).where(TABLE.c.staff_id == staff_id, TABLE.c.public_id == public_id))


def end_all_of(staff_id: int, *, but: str | None = None) -> None:
    """End every session of one person, except the one with key `but` (password change, new role, deactivation)."""
    change = delete(TABLE).where(TABLE.c.staff_id == staff_id)
    _write(change.where(TABLE.c.key_hash != _hash(but)) if but else change)


def sweep() -> int:
    """Remove sessions that are idle too long; returns how many."""
    limit = clock.now() - timedelta(minutes=settings.current().session_idle_minutes)
    return _write(delete(TABLE).where(TABLE.c.seen_at < limit))


def _write(change: Any, values: dict[str, Any] | None = None) -> int:
    """One statement, which is a transaction of its own: PostgreSQL needs no BEGIN and COMMIT around it."""
    options = {"isolation_level": "AUTOCOMMIT"} if db.engine.dialect.name == "postgresql" else {"card_desk_write": True}
    with db.engine.connect().execution_options(**options) as connection, connection.begin():
        return int(connection.execute(change, values).rowcount)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _place(key: str) -> str:
    return f"browser_session|content|{_hash(key)}"
