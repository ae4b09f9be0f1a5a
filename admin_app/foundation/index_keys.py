"""Which index keys something may still be found by: none of them may leave the settings before `reindex` is done with it (ADR 0045).

A key has no name in the settings; here it has one that tells nothing about it (`crypto.KeyRing.index_names`).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, String, select
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation import clock, crypto
from admin_app.foundation.database import Base, UTCDateTime, add_if_new, db, transaction


class IndexKey(Base):
    """An index key that was in the settings when the desk was started."""

    __tablename__ = "index_key"

    name: Mapped[str] = mapped_column(String(10), primary_key=True)
    first_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When the desk was first started with it."""
    free_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When `reindex` found nothing left that it finds; None while it is needed."""
    reached: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Id of the resident up to which `reindex` has come with it; 0 before it began."""
    highest: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Highest id of a resident when it last looked."""


def problem() -> str:
    """What is wrong if a key that is still needed is not in the settings; '' if none is missing, and those that are new are noted."""
    ring = crypto.keyring().index_names
    known = {key.name: key for key in db.session.scalars(select(IndexKey))}
    if any(key.free_at is None and key.name not in ring for key in known.values()):
        return (
            "CARD_DESK_INDEX_KEY has not the key by which some people are still found: nobody would find them, and they would be "
            "registered twice. Put it back behind the newest one, after a comma, and type: flask --app run.py reindex"
        )
    newest = known.get(ring[0])
    if set(ring) - known.keys() or (newest is not None and newest.free_at is not None):
        note(ring)
    return ""


def note(ring: Sequence[str]) -> None:
    """Note the keys of the ring; the first one writes from now on, so it is needed again, from the beginning, if it was free."""
    with transaction() as session:
        for name in ring:
            key = session.get(IndexKey, name)
            if key is None:
                add_if_new(IndexKey(name=name, first_seen_at=clock.now()))  # all processes of an office may start at once
            elif name == ring[0] and key.free_at is not None:
                key.free_at, key.reached = None, 0


def reached() -> int:
    """Id of the resident up to which `reindex` has come with the newest key."""
    found = db.session.get(IndexKey, crypto.keyring().index_names[0], populate_existing=True)
    return found.reached if found else 0


def come_to(resident_id: int, highest: int) -> None:
    """Note in the open transaction() how far `reindex` has come."""
    key = db.session.get_one(IndexKey, crypto.keyring().index_names[0])
    key.reached, key.highest = resident_id, highest


def free(names: Sequence[str]) -> None:
    """Note in the open transaction() that nothing is found by these any more."""
    for key in db.session.scalars(select(IndexKey).where(IndexKey.name.in_(names), IndexKey.free_at.is_(None))):
        key.free_at = clock.now()
    db.session.get_one(IndexKey, crypto.keyring().index_names[0]).reached = 0  # should it ever take the place of another one again


def is_in_change() -> bool:
    """Whether an older key is in the settings that is still needed."""
    older = crypto.keyring().index_names[1:]
    needed = select(IndexKey.name).where(IndexKey.name.in_(older), IndexKey.free_at.is_(None))
    return bool(older) and db.session.scalar(needed.limit(1)) is not None


def percent() -> int | None:
    """How much of the residents stands under the newest key while it is changed, in per cent; None while nothing is changed."""
    if not is_in_change():
        return None
    key = db.session.get(IndexKey, crypto.keyring().index_names[0])
    return min(100, key.reached * 100 // key.highest) if key and key.highest else 0
