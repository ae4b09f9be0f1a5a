"""What the rows of a carrier's file are about."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_app.cards import queries as cards
from admin_app.cards.models import Card
from admin_app.foundation import clock, keyset
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import DomainError
from admin_app.foundation.typed_text import numbers
from admin_app.mailing.models import Parcel
from admin_app.mailing.queries import returns
from admin_app.mailing.rules import AWAY, ParcelStatus
from admin_app.mailing.rules.carrier import OF_EVENTS, Event, Fault, Line, event_of

MOST_TRACKED = 50
"""Parcels of each list of which the carrier is asked at once, those that are due for longest."""


class Checked(NamedTuple):
    """A row, and what it would do: deliver `parcel` on `day`, or nothing for the reason `fault`."""

    line: Line
    parcel: Parcel | None
    day: date | None
    fault: Fault | None


def checked(who: Actor, lines: Sequence[Line]) -> list[Checked]:
    """Each row against the parcel with its tracking number, never by its place in the file; one statement."""
    written = [numbers.compact(line.number) for line in lines]
    mine = select(Parcel).join(Parcel.card).where(Parcel.tracking_number.in_(set(written)), cards.visible_to(who))
    loaded = mine.options(joinedload(Parcel.batch), joinedload(Parcel.card).joinedload(Card.application))
    found = {parcel.tracking_number: parcel for parcel in db.session.scalars(loaded)}
    times = Counter(written)
    return [_checked(line, found.get(number), times[number], number) for line, number in zip(lines, written, strict=True)]


def unheard(who: Actor) -> list[str]:
    """Tracking numbers of parcels that were posted long ago and of which nothing was heard, and that the carrier was asked about."""
    found: list[str] = []
    for tab in ("ask", "asked"):
        page = keyset.page_of(returns.listed, returns.NEXT, who, tab, size=MOST_TRACKED)
        found += [parcel.tracking_number for parcel in page.rows if parcel.tracking_number]
    return found


def _checked(line: Line, parcel: Parcel | None, times: int, number: str) -> Checked:
    event = event_of(line.event)
    day, fault = _day(line)
    if not number:
        fault = Fault.NO_NUMBER
    elif times > 1:
        fault = Fault.TWICE
    elif parcel is None:
        fault = Fault.NOT_OURS
    elif event != Event.DELIVERED:
        fault = OF_EVENTS[event]
    elif parcel.status == ParcelStatus.DELIVERED:
        fault = Fault.KNOWN
    elif parcel.status not in AWAY:
        fault = Fault.NOT_AWAY
    elif fault is None:
        fault = _refused(parcel, day)
    return Checked(line, parcel, day, fault)


def _day(line: Line) -> tuple[date | None, Fault | None]:
    try:
        day = numbers.day(line.day[:10].replace("/", "-").replace(".", "-"))
    except DomainError:
        return None, Fault.NO_DAY
    return (day, None) if day else (None, Fault.NO_DAY)


def _refused(parcel: Parcel, day: Any) -> Fault | None:
    posted_on = parcel.batch.posted_on
    return Fault.DAY if day > clock.today() or (posted_on and day < posted_on) else None
