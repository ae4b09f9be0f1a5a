"""Somebody asks for a code. Whether the office knows them is not looked up here: known and unknown cost the same (ADR 0075)."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, func, select, true

from admin_app.accounts import queries, rules
from admin_app.accounts.models import CodeRequest
from admin_app.foundation import clock, crypto, origin
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.jobs.operations import enqueue
from admin_app.staff.operations.attempts import network
from admin_app.staff.permissions import verb

JOB = "accounts.send_code"
TURN = 0x5168
"""The number of the lock under which PostgreSQL counts one request after the other."""
FORGOTTEN_AT_ONCE = 500


class TooManyCodes(DomainError):
    """The budget of this person or address is used up for now; nothing was looked up. `retry_after` are seconds."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        sentence = _l("Too many codes were asked for. Please try again later, or go to a service centre.")
        super().__init__(sentence, retry_after=retry_after)


@verb("accounts.ask")
def ask(id_number: str, name: str, *, language: str, by: Actor = SYSTEM) -> CodeRequest:  # noqa: ARG001  # its right is asked
    """Have a code sent to the phone on file of whoever has this ID number (as residents' rules read it) and name. Raises TooManyCodes."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(TURN)))
    ring, now = crypto.keyring(), clock.now()
    pairs = ring.blind_indexes("sign-in|pair", f"{id_number}|{rules.folded_name(name)}")
    addresses = ring.blind_indexes("sign-in|address", network(origin.address.get() or ""))
    mine, near = CodeRequest.pair_key.in_(pairs), CodeRequest.address_key.in_(addresses)
    _refuse_beyond(rules.A_DAY, rules.DAY, mine, now)
    _refuse_beyond(rules.AN_HOUR, rules.HOUR, mine, now)
    _refuse_beyond(rules.ADDRESS_AN_HOUR, rules.HOUR, near, now)
    _refuse_beyond(rules.ALL_AN_HOUR, rules.HOUR, true(), now)
    made = CodeRequest(
        public_id=new_public_id(),
        language=language,
        asked_at=now,
        number_keys=list(ring.blind_indexes("id_number", id_number)),
        name_keys=list(queries.name_keys(name)),
        pair_key=pairs[0],
        address_key=addresses[0],
        tries=0,
    )
    db.session.add(made)
    db.session.flush()
    enqueue(JOB, dedupe_key=f"{JOB}:{made.public_id}", request_id=made.id)
    return made


def _refuse_beyond(most: int, window: timedelta, condition: ColumnElement[bool], now: datetime) -> None:
    count, first = queries.asked_since(now - window, condition)
    if count >= most and first is not None:
        raise TooManyCodes(max(1, int((first + window - now).total_seconds()) + 1))


def forget_old() -> int:
    """Remove what no budget counts any more; how many that were. Opens no transaction where there is nothing."""
    old = select(CodeRequest.id).where(CodeRequest.asked_at <= clock.now() - rules.DAY).limit(FORGOTTEN_AT_ONCE)
    ids = list(db.session.scalars(old))
    if ids:
        with transaction():
            db.session.execute(delete(CodeRequest).where(CodeRequest.id.in_(ids)))
    return len(ids)
