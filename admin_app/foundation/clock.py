"""The only place that reads the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from admin_app.foundation import settings


def now() -> datetime:
    """This instant, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)


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
