"""Centres and the calendar in force."""

from sqlalchemy import select

from admin_app.centres.models import CalendarDay
from admin_app.centres.rules import WorkingCalendar
from admin_app.foundation.database import db


def calendar() -> WorkingCalendar:
    """The working-day calendar with the office's own days (one statement; load it once a page)."""
    rows = db.session.execute(select(CalendarDay.day, CalendarDay.kind).where(CalendarDay.is_active))
    return WorkingCalendar({day: kind for day, kind in rows})
