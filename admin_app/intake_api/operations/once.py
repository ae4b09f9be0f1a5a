"""A request that changes something is done once, however often it is sent: the deed and its answer are written by one commit."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from admin_app.foundation import clock, crypto
from admin_app.foundation.database import add_if_new, db, new_public_id
from admin_app.foundation.errors import DomainError
from admin_app.intake_api import rules
from admin_app.intake_api.models import IdempotencyKey, SignedMessage

WAIT_SECONDS = 5
RUNNING = _l("This very request is being worked on. Send it again in some seconds.")
SWEPT = 1000
"""Rows that one sweep deletes at most."""


class ToldToPrograms(DomainError):
    """A refusal of the API itself: its sentence is made for programs, `code` of its details is what they decide by."""


class UsedForSomethingElse(ToldToPrograms):
    """The Idempotency-Key came before with another request."""


class StillRunning(ToldToPrograms):
    """The same request is being worked on."""

    status = 409


class SignedBefore(ToldToPrograms):
    """A request with this id came before."""

    status = 401


@dataclass(frozen=True)
class Sent:
    """A request as it came: who sent it, under which key, and what it says."""

    client_id: int
    key: str
    method: str
    path: str
    body: bytes

    @property
    def text(self) -> str:
        """What the fingerprint is made of."""
        return f"{self.client_id}|{self.method}|{self.path}|{rules.hashed(self.body.decode(errors='replace'))}"


@dataclass(frozen=True)
class Answered:
    """The answer that was given before."""

    code: int
    answer: str


def begin(sent: Sent, message_id: str) -> Answered | str:
    """The answer of the first time, or the mark of this attempt, which ends with end() or give_up(). Needs a transaction of its own.

    Raises SignedBefore, UsedForSomethingElse, StillRunning.
    """
    now = clock.now()
    first = SignedMessage(client_id=sent.client_id, message_id=message_id, came_at=now)
    add_if_new(first)
    if first.id is None:
        raise SignedBefore(rules.REFUSALS[rules.Refusal.SIGNED_BEFORE][1], code=str(rules.Refusal.SIGNED_BEFORE))
    ring, run = crypto.keyring(), new_public_id()
    mine = IdempotencyKey(
        client_id=sent.client_id, key=sent.key, fingerprint=ring.blind_index("api request", sent.text), run=run, begun_at=now
    )
    add_if_new(mine)
    same = (IdempotencyKey.client_id == sent.client_id, IdempotencyKey.key == sent.key)
    found = db.session.scalars(select(IdempotencyKey).where(*same).with_for_update().execution_options(populate_existing=True)).one()
    if found.run == run:
        return run
    if found.fingerprint not in ring.blind_indexes("api request", sent.text):
        raise UsedForSomethingElse(
            _l("This Idempotency-Key was used for another request. Nothing was done."), code="idempotency_key_reused"
        )
    if found.code is not None and found.answer is not None:
        return Answered(found.code, found.answer)
    if now - found.begun_at < timedelta(seconds=rules.RUNNING_SECONDS):
        raise StillRunning(RUNNING, code="request_running", retry_after=WAIT_SECONDS)
    found.run, found.begun_at = run, now
    return run


def end(run: str, code: int, answer: str) -> None:
    """Write the answer beside the deed, in its transaction; StillRunning (and so no deed) if another attempt has begun since."""
    open_one = (IdempotencyKey.run == run, IdempotencyKey.code.is_(None))
    done: Any = db.session.execute(update(IdempotencyKey).where(*open_one).values(code=code, answer=answer))
    if done.rowcount != 1:
        raise StillRunning(RUNNING, code="request_running", retry_after=WAIT_SECONDS)


def give_up(run: str) -> None:
    """Nothing was done: the key is free again."""
    db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.run == run, IdempotencyKey.code.is_(None)))


def forget_old() -> int:
    """Delete what is older than KEPT_DAYS, SWEPT rows of each kind at most; returns how many keys. Needs a transaction."""
    before, gone = clock.now() - timedelta(days=rules.KEPT_DAYS), 0
    for kind, since in ((SignedMessage, SignedMessage.came_at), (IdempotencyKey, IdempotencyKey.begun_at)):
        old = select(kind.id).where(since < before).order_by(since, kind.id).limit(SWEPT)  # type: ignore[attr-defined]
        gone = len(ids := list(db.session.scalars(old)))
        db.session.execute(delete(kind).where(kind.id.in_(ids)))  # type: ignore[attr-defined]
    return gone
