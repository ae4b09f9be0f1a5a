"""Look-up codes: given to whoever filed a case, and asked for by strangers, each of whose tries is counted before it is compared."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from admin_app.applications.models import Application, LookUpAttempt
from admin_app.applications.operations.moves import record
from admin_app.applications.rules import Status, look_up
from admin_app.foundation import clock, crypto, origin
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict
from admin_app.staff.operations import attempts
from admin_app.staff.permissions import verb

TURN = 0x100C
"""The number of the lock under which PostgreSQL counts one look-up after the other."""
NOBODYS = "0" * 32
"""Stands for the public id of a case that there is not: the work is the same."""
PURPOSE = "look-up code"


@verb("applications.give_look_up_code")
def give_code(application: Application, *, by: Actor) -> str:
    """A new code for this case, told once: only its HMAC stays. The one before it opens nothing any more. Conflict for a draft."""
    if application.status == Status.DRAFT:
        raise Conflict(_l("A draft has no look-up code: it gets one when it is handed in."))
    code, (key_id, key) = look_up.new_code(), next(iter(crypto.keyring().derived(PURPOSE).items()))
    is_new = application.look_up_index is None
    application.look_up_index = f"{key_id}:{_digits(key, application.public_id, code)}"
    record(application, "applications.look_up_code_given" if is_new else "applications.look_up_code_renewed", by=by)
    return code


def find(reference: str, code: str) -> Application | None:
    """The case of this reference if `code` is its own, with centre; None where anything is wrong: which of it, nobody learns.

    `reference` and `code` as rules.look_up reads them. None as well where too much was tried, or the records of the resident are
    restricted or erased. Needs an open transaction: a try is counted before it is compared, and given back if it was right.
    """
    number = None if _is_spent(reference) else _count(reference)
    asked = select(Application).where(Application.reference == reference)
    found = db.session.scalar(asked.options(joinedload(Application.resident), joinedload(Application.centre)))
    is_right = number is not None and _is_code_of(found, code)
    if number is None or not is_right or found is None:
        return None
    db.session.execute(delete(LookUpAttempt).where(LookUpAttempt.id == number))
    return None if found.resident.is_restricted or found.resident.erased_at is not None else found


def _is_spent(reference: str) -> bool:
    """Whether no more may be tried: for this reference today, or from this address within the hour. A refused try costs no row."""
    now = clock.now()
    budgets: tuple[tuple[Any, timedelta, int], ...] = (
        (LookUpAttempt.case_key.in_(_keys("case", reference)), look_up.DAY, look_up.FAILED_OF_A_CASE),
        (LookUpAttempt.address_key.in_(_keys("address", _here())), look_up.HOUR, look_up.FAILED_OF_AN_ADDRESS),
    )
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(TURN)))
    counts = [
        db.session.scalar(select(func.count()).select_from(LookUpAttempt).where(condition, LookUpAttempt.at > now - span)) or 0
        for condition, span, _most in budgets
    ]
    return any(count >= most for count, (_condition, _span, most) in zip(counts, budgets, strict=True))


def _count(reference: str) -> int:
    db.session.execute(delete(LookUpAttempt).where(LookUpAttempt.at <= clock.now() - look_up.DAY))
    row = LookUpAttempt(at=clock.now(), case_key=_keys("case", reference)[0], address_key=_keys("address", _here())[0])
    db.session.add(row)
    db.session.flush()
    return row.id


def _is_code_of(application: Application | None, code: str) -> bool:
    """Compare, with the same work where there is no case or no code."""
    keys = crypto.keyring().derived(PURPOSE)
    kept = (application.look_up_index if application is not None else None) or f"{next(iter(keys))}:-"
    key_id, _colon, digits = kept.rpartition(":")
    key = keys.get(key_id, bytes(32))  # of a data key that is gone, nothing is right
    public_id = application.public_id if application is not None else NOBODYS
    return hmac.compare_digest(_digits(key, public_id, code), digits) and key_id in keys


def _digits(key: bytes, public_id: str, code: str) -> str:
    return hmac.new(key, f"{public_id}|{code}".encode(), hashlib.sha256).hexdigest()


def _here() -> str:
    return attempts.network(origin.address.get() or "")


def _keys(purpose: str, value: str) -> tuple[str, ...]:
    return crypto.keyring().blind_indexes(f"look-up|{purpose}", value)
