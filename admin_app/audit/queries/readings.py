"""Reads of the notes about who looked at whose data."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, false, select, true

from admin_app.audit.models import ReadNote
from admin_app.foundation import actor, clock, keyset
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import literal

LATEST = keyset.Order((ReadNote.last_at, ReadNote.id))


@dataclass(frozen=True)
class ReadingFilter:
    """What somebody looks for among the notes; empty means any."""

    resident: str = ""
    """Public id of the resident who was looked at."""
    actor: int | None = None
    """The id of the staff member who looked."""
    act: str = ""
    from_day: date | None = None
    to_day: date | None = None


def readings_visible_to(who: Actor) -> ColumnElement[bool]:
    """The condition on ReadNote for `who`: whoever may read the notes sees all of them, everybody else nothing."""
    return true() if who.may("readings.read") else false()


def readings(who: Actor, asked: ReadingFilter, _today: date) -> keyset.Query:
    """The notes that `asked` wants, along the index of the person seen, of the one who looked, or of all."""
    query = select(ReadNote).where(readings_visible_to(who))
    if asked.resident:
        query = query.where(ReadNote.resident_ref == asked.resident)
    if asked.actor is not None:
        query = query.where(ReadNote.actor_kind == literal(actor.Kind.STAFF), ReadNote.actor_id == asked.actor)
    if asked.act:
        query = query.where(ReadNote.act == asked.act)
    return query.where(*_days(asked))


def _days(asked: ReadingFilter) -> list[ColumnElement[bool]]:
    """The days as a range of last_at, in which every index of the notes ends."""
    found: list[ColumnElement[bool]] = []
    if asked.from_day:
        found.append(ReadNote.last_at >= clock.start_of(asked.from_day))
    if asked.to_day:
        found.append(ReadNote.last_at < clock.start_of(asked.to_day + timedelta(days=1)))
    return found
