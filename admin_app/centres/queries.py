"""Centres and the calendar in force."""

from collections.abc import Sequence

from sqlalchemy import select

from admin_app.centres.models import CalendarDay, Centre
from admin_app.centres.rules import WorkingCalendar
from admin_app.foundation.database import db


def calendar() -> WorkingCalendar:
    """The working-day calendar with the office's own days (one statement; load it once a page)."""
    rows = db.session.execute(select(CalendarDay.day, CalendarDay.kind).where(CalendarDay.is_active))
    return WorkingCalendar({day: kind for day, kind in rows})


def active() -> Sequence[Centre]:
    """The centres in use, by code."""
    return db.session.scalars(select(Centre).where(Centre.is_active).order_by(Centre.code)).all()


def by_code(code: str) -> Centre | None:
    """The centre with this code, in use or not."""
    return db.session.scalar(select(Centre).where(Centre.code == code))
