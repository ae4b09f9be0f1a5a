"""Time from the database's clock, for every process that serves: what runs out by time does so for all machines at the same moment.

PostgreSQL says the time itself. An SQLite file has no clock; what stands in it is the time when it was last believed (clock_watch.py) and
what the machine had counted then, by which a clock that was moved since is put right. Asked at the start and every minute; in between
time goes on as the machine counts (ADR 0046).
"""

from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from admin_app.foundation import clock, clock_watch
from admin_app.foundation.clock_watch import ClockMark
from admin_app.foundation.database import db
from admin_app.foundation.per_app import PerApp

EVERY_SECONDS, AGAIN_SECONDS = 60.0, 5.0
"""How often the database is asked, and after what time again if it did not answer or was slow."""
SLOWEST_SECONDS = 1.0
"""For which an answer may be under way: half of it is how wrong it may be."""
ASKED = text("SELECT clock_timestamp()")
_DUE: PerApp[float | None] = PerApp("database_clock.due", lambda: None)
"""When it is asked next, in seconds that the machine has counted; None where this process goes by its machine's clock."""
log = structlog.get_logger("card_desk.clock")


def follow() -> None:
    """From now on this process goes by the database's clock."""
    _DUE.put(0.0)
    keep_right()


def keep_right() -> None:
    """Ask the database's clock if that is due. What it cannot say now it says later: time goes on as the machine counts."""
    due = _DUE.get()
    if due is None or clock.counted() < due:
        return
    _DUE.put(clock.counted() + AGAIN_SECONDS)  # whoever comes meanwhile does not ask, too
    try:
        known = _on_server() if db.engine.dialect.name == "postgresql" else _in_file()
    except SQLAlchemyError as error:
        log.warning("the database's clock did not answer", error=type(error).__name__)
        return
    if known is not None:
        clock.go_by(known)
        _DUE.put(clock.counted() + EVERY_SECONDS)


def _on_server() -> clock.Known | None:
    """What the server's clock says, if it did not take too long."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        began = clock.counted()
        said: datetime = connection.execute(ASKED).scalar_one()
        ended = clock.counted()
    return clock.Known(said.astimezone(UTC), (began + ended) / 2) if ended - began <= SLOWEST_SECONDS else None


def _in_file() -> clock.Known:
    """What the machine's clock says, unless it was moved since it was believed; then what it would say without."""
    with db.engine.connect() as connection:
        mark = connection.execute(select(ClockMark.believed_at, ClockMark.boot, ClockMark.uptime_seconds)).first()
    machine = clock.Known(clock.machine_now(), clock.counted())
    if mark is None or not mark.boot or mark.boot != clock_watch.this_boot():
        return machine
    expected = mark.believed_at + timedelta(seconds=machine.counted - mark.uptime_seconds)
    return machine if abs(machine.said - expected) <= clock_watch.TOLERANCE else clock.Known(expected, machine.counted)
