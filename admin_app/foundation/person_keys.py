"""A key for each person, for words that may never be changed or removed: once their key is deleted, nobody reads them (ADR 0049)."""

import base64
import json
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation import clock, crypto
from admin_app.foundation.database import Base, Id, UTCDateTime, WriteRefused, db, in_transaction
from admin_app.foundation.statements import cached

MARK = "sealed:1:"
"""What a sealed value begins with, before the person's number and the encrypted value in base64."""
AT_ONCE = 500
_CACHE = "card_desk_person_keys"


class PersonKey(Base):
    """The key of one person. The row is deleted when the person's data are erased; nothing else of it changes but its encryption."""

    __tablename__ = "person_key"

    person_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    """Number of the resident, whose table lies in a room above."""
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """32 random bytes, encrypted for this row with the data keys."""
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When something about the person was sealed first."""


class Erased(Exception):
    """The key of this value was deleted: nobody reads it any more."""


def seal(value: Any, *, person: int, context: str) -> str:
    """`value` (anything that JSON knows) under the key of `person`, which is made with the first one; in the open transaction()."""
    if not in_transaction():
        raise WriteRefused("a value is sealed in the transaction that writes it")
    key = opened_keys([person]).get(person) or _made(person)
    nonce, plain = os.urandom(crypto.NONCE_BYTES), json.dumps(value, ensure_ascii=False).encode()
    sealed = nonce + AESGCM(key).encrypt(nonce, plain, context.encode())
    return f"{MARK}{person}:{base64.b64encode(sealed).decode()}"


def person_of(value: Any) -> int | None:
    """Whose key seals the value; None where it is not sealed."""
    if not isinstance(value, str) or not value.startswith(MARK):
        return None
    person = value.removeprefix(MARK).partition(":")[0]
    return int(person) if person.isascii() and person.isdecimal() else None


def opened(value: str, *, context: str, beside: Iterable[int] = ()) -> Any:
    """What seal() was given; Erased if its key is gone, Undecipherable if it was altered or belongs elsewhere.

    `beside`: people whose values are opened next, so that their keys come with the same statement.
    """
    person = person_of(value)
    if person is None:
        raise crypto.Undecipherable
    key = opened_keys([person], beside).get(person)
    if key is None:
        raise Erased
    try:
        sealed = base64.b64decode(value.rpartition(":")[2], validate=True)
        return json.loads(AESGCM(key).decrypt(sealed[: crypto.NONCE_BYTES], sealed[crypto.NONCE_BYTES :], context.encode()))
    except (InvalidTag, ValueError):
        raise crypto.Undecipherable from None


def opened_keys(people: Sequence[int], beside: Iterable[int] = ()) -> dict[int, bytes | None]:
    """The keys of `people` (None: there is none), read once in a transaction."""
    known = _known()
    if all(person in known for person in people):
        return known
    missing, found = sorted({*people, *beside} - known.keys()), dict[int, bytes | None]()
    for first in range(0, len(missing), AT_ONCE):
        some = missing[first : first + AT_ONCE]
        found |= dict.fromkeys(some) | {row.person_id: _opened_key(row) for row in db.session.scalars(_keys_of(tuple(some)))}
    known = _known()
    if db.session().in_nested_transaction():
        return known | found  # a savepoint that is undone takes new rows with it
    known |= found
    return known


def erase(person: int) -> bool:
    """Delete the key in the open transaction(): from its commit on nobody reads what it sealed. False if there was none."""
    _known().pop(person, None)
    done: Any = db.session.execute(delete(PersonKey).where(PersonKey.person_id == person))
    return bool(done.rowcount)


def _keys_of(people: tuple[int, ...]) -> Any:
    return select(PersonKey).where(PersonKey.person_id.in_(people)).execution_options(populate_existing=True)


def _known() -> dict[int, bytes | None]:
    """What this transaction has read already; the next one reads it anew."""
    session = db.session()
    now = session.get_transaction()
    kept, known = session.info.get(_CACHE, (None, {}))
    if now is None or kept is not now:
        known = {}
        session.info[_CACHE] = (now, known)
    return known


def _made(person: int) -> bytes:
    """A new key, or the one that somebody made at the same moment."""
    key, session = AESGCM.generate_key(256), db.session()
    session.flush()  # whoever it is about is there before the key
    row = {"person_id": person, "key_sealed": crypto.keyring().encrypt(key, context=_context(person)), "made_at": clock.now()}
    is_mine = session.execute(_inserted(db.engine.dialect.name), row).scalar() is not None
    _known().pop(person, None)
    if not is_mine:
        found = opened_keys([person])[person]
        if found is None:
            raise Erased
        return found
    if not session.in_nested_transaction():
        _known()[person] = key
    return key


@cached
def _inserted(dialect: str) -> Any:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(PersonKey.__table__).on_conflict_do_nothing(index_elements=["person_id"]).returning(PersonKey.person_id)


def _opened_key(row: PersonKey) -> bytes:
    return crypto.keyring().decrypt(row.key_sealed, context=_context(row.person_id))


def _context(person: int) -> bytes:
    return f"person_key|key|{person}".encode()
