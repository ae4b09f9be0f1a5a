"""A code is made at the moment at which it leaves, handed over outside of any transaction, and typed: only its hash is ever kept."""

import hmac
import secrets

from admin_app.accounts import queries, rules
from admin_app.accounts.models import Account, CodeRequest
from admin_app.audit import operations as audit
from admin_app.foundation import clock, crypto, settings
from admin_app.foundation.actor import SYSTEM, Actor
from admin_app.foundation.database import add_if_new
from admin_app.foundation.filing import Level
from admin_app.notices.operations.gateways import Message, Outcome, Result
from admin_app.notices.rules.outbox import mobile
from admin_app.staff.permissions import verb
from config import host_names

LEVEL = Level.PHONE
"""How sure the office is of whoever typed the right code."""


@verb("accounts.make_code")
def make(asked: CodeRequest | None, *, is_again: bool, by: Actor = SYSTEM) -> Message | None:
    """The message with a new code, if the office knows the person and may send one now; else None, and nobody is told.

    The newest code alone counts. `is_again`: a worker had this job before, and died: the code may have left, so that none follows.
    """
    now, office = clock.now(), settings.current()
    if asked is None or is_again or asked.sent_at or rules.is_over(asked.asked_at, None, minutes=office.code_minutes, now=now):
        return None
    resident = queries.person_behind(asked)
    if resident is None or not queries.way_of_codes() or queries.sent_since(now - rules.HOUR) >= office.codes_per_hour:
        return None
    phone = mobile(resident.open_phone())
    phone_keys = crypto.keyring().blind_indexes("sign-in|phone", phone)
    if queries.sent_since(now - rules.DAY, CodeRequest.phone_key.in_(phone_keys)) >= rules.PHONE_A_DAY:
        return None
    for older in queries.live_codes_of(resident, but=asked):
        older.ended_at = now
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"
    asked.resident_id, asked.phone_key, asked.sent_at = resident.id, phone_keys[0], now
    asked.code_key = _keys(asked, code)[0]
    audit.record("accounts.code_sent", "resident", resident.public_id, by=by)
    host = next(iter(host_names(office.online_hosts)), "")
    return Message(phone, rules.message(code, language=asked.language, minutes=office.code_minutes, host=host), asked.public_id)


@verb("accounts.settle_code")
def settle(asked: CodeRequest | None, outcome: Outcome, *, by: Actor = SYSTEM) -> None:
    """Write down that a code surely did not leave: it counts no more, and the resident asks for another one."""
    if asked is None or asked.resident is None or outcome.result in (Result.SENT, Result.UNKNOWN):
        return
    asked.ended_at = asked.ended_at or clock.now()
    audit.record("accounts.code_not_sent", "resident", asked.resident.public_id, by=by, outcome="refused", changes={"why": outcome.code})


@verb("accounts.enter")
def enter(request: str, code: str, *, by: Actor = SYSTEM) -> Account | None:  # noqa: ARG001  # its right is asked
    """The account of whoever typed the right code in the browser that asked for it; None for every other, which costs one of TRIES.

    Wrong, too late, replaced, and asked for with a name that nobody knows: the same answer after the same work. Opens the account of a
    resident who was never here. `by` is the office: it is not known before who it is.
    """
    asked, now = queries.locked_request(request), clock.now()
    if asked is None or asked.ended_at is not None or asked.tries >= rules.TRIES:
        return None
    asked.tries += 1
    known = asked.code_key or ""
    is_right = any([hmac.compare_digest(known, key) for key in _keys(asked, code)])
    is_late = rules.is_over(asked.asked_at, asked.sent_at, minutes=settings.current().code_minutes, now=now)
    if is_late or asked.tries >= rules.TRIES or is_right:
        asked.ended_at = now
    if is_late or not is_right:
        return None
    return _opened(asked)


def _opened(asked: CodeRequest) -> Account | None:
    """The account of the resident whose code it was; None where nobody may sign in with their records any more."""
    resident, now = asked.resident, clock.now()
    if resident is None or resident.is_restricted or resident.erased_at is not None:
        return None
    account = queries.account_of(resident.id)
    if account is None:
        add_if_new(Account(resident_id=resident.id, opened_at=now, last_in_at=now))
        account = queries.account_of(resident.id)
    if account is not None:
        _note_sign_in(account, by=rules.actor(account.id, LEVEL))
    return account


def _note_sign_in(account: Account, *, by: Actor) -> None:
    account.last_in_at = clock.now()
    audit.record("accounts.signed_in", "resident", account.resident.public_id, by=by)


def _keys(asked: CodeRequest, code: str) -> tuple[str, ...]:
    """Keyed hashes of a code, bound to the request that it was made for."""
    return crypto.keyring().blind_indexes("sign-in|code", f"{asked.public_id}|{code}")
