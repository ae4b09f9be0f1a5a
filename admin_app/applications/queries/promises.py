"""Open cases whose promised days a calendar counts otherwise: which they are, and how many, before it is saved."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, literal, select, tuple_

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.rules import Status
from admin_app.centres.rules import Moved, WorkingCalendar
from admin_app.foundation.database import db
from admin_app.residents.models import Resident

MOST = 2000
"""Cases that are counted before a day is saved; beyond it there are «at least» so many."""
COUNTED = (
    Application.id, Application.due_on, Application.statutory_on, Application.answer_by, Application.paused_on, Application.clock_from,
    Application.promised_in, Application.statutory_in, Application.answer_in, Application.clock_stops, Application.paused_days,
    Application.submitted_at,
)  # fmt: skip
"""What rules.counted() asks of a case."""
Place = tuple[date, int]
"""Promised day and id of the last case of a page."""


def page(after: Place | None, *, limit: int) -> Sequence[Any]:
    """The COUNTED columns of the next open cases, by promised day. Records that are restricted stay as they are."""
    query = select(*COUNTED).where(*_open()).order_by(Application.due_on, Application.id).limit(limit)
    if after is not None:
        query = query.where(tuple_(Application.due_on, Application.id) > tuple_(literal(after[0]), literal(after[1])))
    return db.session.execute(query).all()


def locked(ids: Iterable[int]) -> Sequence[Application]:
    """These cases as they are now; nobody else changes them until the transaction ends."""
    query = select(Application).where(Application.id.in_(ids), *_open()).order_by(Application.id)
    return db.session.scalars(query.with_for_update(of=Application), execution_options={"populate_existing": True}).all()


def would_move(calendar: WorkingCalendar, since: date) -> Moved:
    """How many open cases get another day if `calendar`, which differs from the one in force from `since` on, is saved."""
    due = db.session.execute(
        select(*COUNTED).where(*_open(), Application.due_on >= since).order_by(Application.due_on, Application.id).limit(MOST + 1)
    ).all()
    waiting = (Application.status == Status.NEEDS_INFORMATION, Application.answer_by >= since)
    asked = db.session.execute(
        select(*COUNTED).where(*waiting, *_used()).order_by(Application.answer_by, Application.id).limit(MOST + 1)
    ).all()
    shifts = [shift for case in due[:MOST] if (shift := _shift(case, calendar, "due_on"))]
    answers = sum(1 for case in asked[:MOST] if _shift(case, calendar, "answer_by"))
    return Moved(len(shifts), min(shifts, default=0), max(shifts, default=0), answers, max(len(due), len(asked)) > MOST)


def _shift(case: Any, calendar: WorkingCalendar, name: str) -> int:
    """Days by which a day of the case moves, later ones positive."""
    moved = rules.moves(case, calendar)
    return (moved[name] - getattr(case, name)).days if name in moved else 0


def _open() -> tuple[ColumnElement[bool], ...]:
    return (Application.is_open.is_(True), *_used())


def _used() -> tuple[ColumnElement[bool], ...]:
    return (Application.resident_id.not_in(select(Resident.id).where(Resident.is_restricted)),)
