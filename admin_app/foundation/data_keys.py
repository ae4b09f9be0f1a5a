"""Which data keys something may still be encrypted with: none of them may leave the settings before `reseal` is done with it (ADR 0042)."""

from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation import clock, crypto
from admin_app.foundation.database import Base, UTCDateTime, add_if_new, db, transaction


class DataKey(Base):
    """A key that was in the settings when the desk was started, by its name."""

    __tablename__ = "data_key"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    first_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When the desk was first started with it."""
    free_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When `reseal` found nothing left that it encrypts; None while it is needed."""


def problem() -> str:
    """What is wrong if a key that is still needed is not in the settings; '' if none is missing, and those that are new are noted."""
    ring = [name for name, _key in crypto.keyring().keys]
    known = {key.name: key for key in db.session.scalars(select(DataKey))}
    missing = sorted(key.name for key in known.values() if key.free_at is None and key.name not in ring)
    if missing:
        return (
            f"CARD_DESK_DATA_KEYS has not the key «{missing[0]}», with which something is still encrypted: "
            "put it back behind the newest one, and type: flask --app run.py reseal"
        )
    again = known.get(ring[0])
    if set(ring) - known.keys() or (again is not None and again.free_at is not None):
        note(ring)
    return ""


def note(ring: list[str]) -> None:
    """Note the keys of the ring; the first one encrypts from now on, so it is needed again if it was free."""
    with transaction() as session:
        for name in ring:
            key = session.get(DataKey, name)
            if key is None:
                add_if_new(DataKey(name=name, first_seen_at=clock.now()))  # all processes of an office may start at once
            elif name == ring[0]:
                key.free_at = None


def older_needed() -> list[str]:
    """Names of the older keys of the ring with which something is still encrypted."""
    older = [name for name, _key in crypto.keyring().keys[1:]]
    return list(db.session.scalars(select(DataKey.name).where(DataKey.name.in_(older), DataKey.free_at.is_(None)))) if older else []


def free(names: list[str]) -> None:
    """Note in the open transaction() that nothing is encrypted with these any more."""
    for key in db.session.scalars(select(DataKey).where(DataKey.name.in_(names), DataKey.free_at.is_(None))):
        key.free_at = clock.now()
