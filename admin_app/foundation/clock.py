"""The only place that reads the time.

A process that serves goes by the database's clock (database_clock.py, ADR 0046): what that said last, and what this machine has counted
since, which runs on whatever is done to its clock.
"""

import time
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from admin_app.foundation import per_app, settings

UPTIME = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Counts while the machine sleeps, too, where the kernel can."""


class Known(NamedTuple):
    """What the right clock said, and what this machine had counted then."""

    said: datetime
    counted: float


_KNOWN: per_app.PerApp[Known | None] = per_app.PerApp("clock.known", lambda: None)


def now() -> datetime:
    """This instant, aware, in UTC, to the microsecond."""
    known = _KNOWN.get() if per_app.is_in_app() else None
    return machine_now() if known is None else known.said + timedelta(seconds=counted() - known.counted)


def machine_now() -> datetime:
    """What this machine's own clock says."""
    return datetime.now(UTC)


def counted() -> float:
    """Seconds that this machine has been on: they run on whatever is done to its clock."""
    return time.clock_gettime(UPTIME)


def go_by(known: Known) -> None:
    """Let now() go on from what the right clock said."""
    _KNOWN.put(known)


def office_zone() -> ZoneInfo:
    """The time zone of the office."""
    return ZoneInfo(settings.current().timezone)


def to_office(moment: datetime) -> datetime:
    """The same instant on the office's clock."""
    return moment.astimezone(office_zone())


def start_of(day: date) -> datetime:
    """The first instant of the office's calendar day."""
    return datetime(day.year, day.month, day.day, tzinfo=office_zone())


def today() -> date:
    """The office's calendar day."""
    return to_office(now()).date()
