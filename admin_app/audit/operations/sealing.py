"""Seal what was written, some seconds later, so that nobody who writes waits for it (ADR 0027)."""

import time
from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from admin_app.audit import queries
from admin_app.audit.models import AuditSeal, ReadSeal
from admin_app.audit.queries import LOG, NOTES, Chain
from admin_app.foundation import clock, crypto
from admin_app.foundation.database import db, transaction
from admin_app.foundation.per_app import PerApp
from admin_app.foundation.seals import links

PURPOSE = "audit seal"
BATCH = 5_000
"""Entries of one seal at most: what a check reads again to name the one that is wrong."""
LONGEST_SECONDS = 2.0
"""After which the clock has other things to do; the rest is sealed at its next turn."""
LOOKS, PAUSE_SECONDS = 10, 0.02
"""How often, and after what pause, it is asked whether the transactions of the moment are over."""
DAY_IS_OVER = timedelta(minutes=15)
"""After midnight, until whoever began to note something on the day before has long ended; then its lines are sealed."""
KINDS = {LOG.seals: AuditSeal, NOTES.seals: ReadSeal}

_AHEAD: PerApp[queries.Horizon | None] = PerApp("audit.horizon", lambda: None)
"""Up to where may be sealed once the transactions that ran when it was asked are over; kept from one turn to the next."""


def seal_due() -> int:
    """Seal every entry behind which none can still come; returns how many. Safe to call by several at once."""
    sealed, deadline = 0, time.monotonic() + LONGEST_SECONDS
    last = None if queries.is_all_sealed() else _settled()
    db.session.rollback()
    while last is not None and time.monotonic() < deadline:
        count = seal_next(last)
        sealed += count
        if count < BATCH:
            break
    return sealed


def seal_notes_due() -> int:
    """Seal the notes about who looked of all days that are over; returns how many. Safe to call by several at once."""
    today = clock.today()
    if clock.now() - clock.start_of(today) < DAY_IS_OVER:
        return 0
    last = queries.last_note_before(today)
    db.session.rollback()
    sealed = 0
    while last is not None and (count := seal_next(last, NOTES)):
        sealed += count
    return sealed


def seal_next(last: int, chain: Chain = LOG) -> int:
    """Seal the next batch of entries up to number `last`; returns how many: 0 if there are none, or somebody else was quicker."""
    before = queries.newest_seal(chain)
    rows = queries.entries_after(before.last_entry if before else None, last=last, limit=BATCH, chain=chain)
    db.session.rollback()
    if not rows:
        return 0
    key_id, key = next(iter(crypto.keyring().derived(PURPOSE).items()))
    now = clock.now()
    seal, marks = links.made(rows, before, at=queries.as_text(now), key_id=key_id, key=key)
    try:
        with transaction() as session:
            session.execute(insert(KINDS[chain.seals]).values(vars(seal) | {"sealed_at": now, "marks": marks}))
    except IntegrityError:
        return 0
    return len(rows)


def _settled() -> int | None:
    """The number up to which no entry can come any more; None while somebody's transaction may still bring one."""
    ahead = _AHEAD.get() or queries.horizon()
    for _look in range(LOOKS):
        db.session.rollback()  # our own transaction is over, too
        if queries.is_past(ahead):
            _AHEAD.put(None)
            return ahead.last_entry
        time.sleep(PAUSE_SECONDS)
    _AHEAD.put(ahead)
    return None
