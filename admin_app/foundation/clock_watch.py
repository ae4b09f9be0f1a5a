"""Is this machine's time to be believed? Asked before anything is done that time alone decides and nobody can undo (ADR 0038).

What the time was when it was last believed stands in the database, with how long the machine had been on: that count runs on, whatever
is done to the clock.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import structlog
from flask_babel import lazy_gettext as _l
from sqlalchemy import Float, String, text
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation import clock
from admin_app.foundation.database import Base, Id, UTCDateTime, add_if_new, db, transaction

TOLERANCE = timedelta(minutes=2)
"""By which clocks may differ: more than a time service corrects at once, less than anything that lapses."""
LONGEST_GAP = timedelta(hours=1)
"""After which a machine that was started anew says nothing about the time that passed."""
QUIET_SECONDS = 600.0
"""For which a time that cannot be proved must run on steadily before it is believed."""
MARK_EVERY = timedelta(seconds=30)
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
WITNESS = text("""
    SELECT clock_timestamp(),
        coalesce(host(inet_server_addr()), '') NOT IN ('', '127.0.0.1', '::1', coalesce(host(inet_client_addr()), ''))
""")
log = structlog.get_logger("card_desk.clock")


class Doubt(StrEnum):
    """Why a time is not believed."""

    AHEAD = "ahead"
    """It moved on by more than this machine has counted."""
    BEHIND = "behind"
    """It is earlier than it was, or moved on by less."""
    UNPROVED = "unproved"
    """The machine was started anew after a long while: nothing here counted how long."""
    DISAGREES = "disagrees"
    """The database's machine says another time."""


DOUBTS = {
    Doubt.AHEAD: _l("ahead of what the machine has counted"),
    Doubt.BEHIND: _l("behind what it was"),
    Doubt.UNPROVED: _l("nobody counted how long the machine was off"),
    Doubt.DISAGREES: _l("the database says another time"),
}
"""What the log says of it."""


class ClockMark(Base):
    """The time when it was last believed, and since when it is not: one row."""

    __tablename__ = "clock_mark"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    believed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """What the clock said when it was last believed."""
    boot: Mapped[str] = mapped_column(String(36))
    """Which start of which machine that was; '' where the kernel does not say."""
    uptime_seconds: Mapped[float] = mapped_column(Float)
    """How long that machine had been on."""
    doubt: Mapped[str | None] = mapped_column(String(10))
    """A word of Doubt; None while the time is believed."""
    doubted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """What the clock said when the doubt began, or when it last jumped since."""
    doubted_boot: Mapped[str | None] = mapped_column(String(36))
    """Which start of the machine that was."""
    doubted_uptime_seconds: Mapped[float | None] = mapped_column(Float)
    """How long the machine had been on."""


@dataclass(frozen=True)
class Reading:
    """What all clocks say at one moment."""

    now: datetime
    database_now: datetime
    has_witness: bool
    """Whether the database's clock is that of another machine."""
    boot: str
    uptime: float


def read() -> Reading:
    """Look at all clocks."""
    database_now, has_witness = None, False
    if db.engine.dialect.name == "postgresql":
        database_now, has_witness = db.session.execute(WITNESS).one()
    now = clock.machine_now()
    return Reading(now, database_now.astimezone(UTC) if database_now else now, bool(has_witness), this_boot(), clock.counted())


def this_boot() -> str:
    """Which start of which machine this is; '' where the kernel does not say."""
    return BOOT_ID.read_text(encoding="ascii").strip() if BOOT_ID.exists() else ""


def doubt_about(mark: ClockMark, reading: Reading) -> Doubt | None:
    """What speaks against the time, compared with when it was last believed; None if nothing does."""
    if abs(reading.now - reading.database_now) > TOLERANCE:
        return Doubt.DISAGREES
    passed = reading.now - mark.believed_at
    if reading.boot and reading.boot == mark.boot:
        wrong = passed - timedelta(seconds=reading.uptime - mark.uptime_seconds)
        return Doubt.AHEAD if wrong > TOLERANCE else Doubt.BEHIND if wrong < -TOLERANCE else None
    if passed < -TOLERANCE:
        return Doubt.BEHIND
    if mark.doubt == Doubt.AHEAD:
        return Doubt.AHEAD  # what was contradicted is not proved by starting the machine anew
    return Doubt.UNPROVED if passed > LONGEST_GAP else None


def is_steady(mark: ClockMark, reading: Reading) -> bool:
    """Whether the doubtful time has run on for long enough, as a clock does, and nothing contradicts it."""
    if mark.doubted_at is None or mark.doubted_boot != reading.boot or mark.doubted_uptime_seconds is None:
        return False
    counted = reading.uptime - mark.doubted_uptime_seconds
    return counted >= QUIET_SECONDS and _is_consistent(mark, reading)


def _is_consistent(mark: ClockMark, reading: Reading) -> bool:
    if mark.doubted_at is None or mark.doubted_uptime_seconds is None:
        return False
    counted = timedelta(seconds=reading.uptime - mark.doubted_uptime_seconds)
    return mark.doubted_boot == reading.boot and abs((reading.now - mark.doubted_at) - counted) <= TOLERANCE


def is_believed(reading: Reading | None = None) -> bool:
    """Whether what time alone decides may be done now; keeps the mark, and says in the log when it may not. Opens its own transaction."""
    reading = reading or read()
    mark = db.session.get(ClockMark, 1)
    if mark is None:
        believe(reading)
        return True
    doubt = doubt_about(mark, reading)
    if doubt is None:
        if mark.doubt or abs(reading.now - mark.believed_at) >= MARK_EVERY or reading.boot != mark.boot:
            believe(reading)
        return True
    # A contradicted time is proved by another machine's clock that says the same; a long pause needs no more than a steady clock.
    if (doubt == Doubt.UNPROVED or (doubt != Doubt.DISAGREES and reading.has_witness)) and is_steady(mark, reading):
        log.warning("time believed again", doubt=str(doubt))
        believe(reading)
        return True
    if mark.doubt != doubt or not _is_consistent(mark, reading):
        _doubt(doubt, reading)
    log.error("time not believed: nothing lapses", doubt=str(doubt), now=reading.now.isoformat(), last=mark.believed_at.isoformat())
    return False


def believe(reading: Reading) -> None:
    """Take the time of `reading` for the right one, in a transaction of its own."""
    with transaction(durable=False):
        accept(reading)


def accept(reading: Reading) -> None:
    """The same in the open transaction()."""
    _write(believed_at=reading.now, boot=reading.boot, uptime_seconds=reading.uptime, doubt=None, doubted_at=None)


def _doubt(doubt: Doubt, reading: Reading) -> None:
    with transaction(durable=False):
        _write(doubt=str(doubt), doubted_at=reading.now, doubted_boot=reading.boot, doubted_uptime_seconds=reading.uptime)


def _write(**values: object) -> None:
    mark = current()
    if mark is None:
        add_if_new(ClockMark(id=1, **values))
        return
    for name, value in values.items():
        setattr(mark, name, value)


def current() -> ClockMark | None:
    """The mark as the last tick left it; None before the first one."""
    return db.session.get(ClockMark, 1, populate_existing=True)
