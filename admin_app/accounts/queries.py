"""Codes that were asked for, accounts, who is signed in."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager

from admin_app.accounts.models import Account, CodeRequest, ResidentSession
from admin_app.accounts.rules import folded_name
from admin_app.foundation import clock, crypto, settings
from admin_app.foundation.database import db, is_public_id
from admin_app.notices.rules.outbox import mobile
from admin_app.residents.models import Resident


def way_of_codes() -> str:
    """By which way codes leave, a word of the setting sms_adapter; '' where an office has none, so that nobody can sign in.

    Where nothing is real, a demo or a test, they go into files.
    """
    office = settings.current()
    return office.sms_adapter or ("" if office.environment == "production" else "file")


def account_of(resident_id: int) -> Account | None:
    """The account of a resident; None while they never signed in."""
    return db.session.scalar(select(Account).where(Account.resident_id == resident_id))


def locked_request(public_id: str) -> CodeRequest | None:
    """The code that a browser asked for, as it is now, locked until the transaction ends; None for any other word."""
    wanted = select(CodeRequest).where(CodeRequest.public_id == public_id).with_for_update()
    return db.session.scalar(wanted.execution_options(populate_existing=True)) if is_public_id(public_id) else None


def request_numbered(number: int) -> CodeRequest | None:
    """The code that a job is about, locked; None where it is forgotten already."""
    return db.session.scalar(select(CodeRequest).where(CodeRequest.id == number).with_for_update())


def person_behind(asked: CodeRequest) -> Resident | None:
    """The resident whose number and name were given and who can have a code: known, with a mobile phone, neither restricted nor erased."""
    found = db.session.scalar(select(Resident).where(Resident.id_number_index.in_(asked.number_keys)))
    if found is None or found.is_restricted or found.erased_at is not None:
        return None
    is_same = not set(asked.name_keys).isdisjoint(name_keys(found.name))
    return found if is_same and mobile(found.open_phone()) else None


def name_keys(name: str) -> tuple[str, ...]:
    """Keyed hashes of a name as it is compared, the newest key first."""
    return crypto.keyring().blind_indexes("sign-in|name", folded_name(name))


def asked_since(moment: datetime, *conditions: ColumnElement[bool]) -> tuple[int, datetime | None]:
    """How many codes were asked for since then that fulfil the conditions, and when the first of them was."""
    counted = select(func.count(), func.min(CodeRequest.asked_at)).where(CodeRequest.asked_at > moment, *conditions)
    row = db.session.execute(counted).one()
    return int(row[0]), row[1]


def sent_since(moment: datetime, *conditions: ColumnElement[bool]) -> int:
    """How many codes have left since then."""
    counted = select(func.count()).select_from(CodeRequest).where(CodeRequest.sent_at > moment, *conditions)
    return int(db.session.scalar(counted) or 0)


def live_codes_of(resident: Resident, *, but: CodeRequest) -> list[CodeRequest]:
    """Codes made for a resident that could still be used, but for one."""
    live = (CodeRequest.resident_id == resident.id, CodeRequest.ended_at.is_(None), CodeRequest.id != but.id)
    return list(db.session.scalars(select(CodeRequest).where(*live).with_for_update()))


def session_in_force(key_hash: str) -> ResidentSession | None:
    """The session with its account and resident in one statement; None if it is unknown, idle too long, too old, or nobody's any more."""
    joined = select(ResidentSession, Account).join(Account, Account.id == ResidentSession.account_id).join(Account.resident)
    wanted = joined.where(
        ResidentSession.key_hash == key_hash, *_is_live(), Resident.is_restricted.is_(False), Resident.erased_at.is_(None)
    )
    row: Any = db.session.execute(wanted.options(contains_eager(Account.resident))).one_or_none()
    return row[0] if row else None


def account_numbered(account_id: int) -> Account:
    """The account of a session, which its statement has loaded."""
    return db.session.get_one(Account, account_id)


def _is_live() -> Collection[ColumnElement[bool]]:
    now, office = clock.now(), settings.current()
    idle, old = now - timedelta(minutes=office.resident_idle_minutes), now - timedelta(hours=office.resident_hours)
    return ResidentSession.seen_at >= idle, ResidentSession.began_at >= old
