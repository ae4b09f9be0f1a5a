"""What a carrier's file says of parcels: its columns, its words for «delivered», what is wrong with a row; tables and pure functions."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

MOST_LINES = 500
"""Rows of one file: as many parcels as one batch holds."""


class Event(StrEnum):
    """What a row says of its parcel."""

    DELIVERED = "delivered"
    RETURNED = "returned"
    LOST = "lost"
    UNDER_WAY = "under_way"
    UNKNOWN = "unknown"


WORDS = {
    Event.DELIVERED: ("delivered", "妥投", "已妥投", "签收", "已签收", "投递成功"),
    Event.RETURNED: ("returned", "退回", "已退回", "退件", "退回妥投"),
    Event.LOST: ("lost", "丢失", "遗失"),
    Event.UNDER_WAY: ("under way", "in transit", "在途", "运输中", "收寄", "已收寄", "派送中", "到达"),
}  # fmt: skip
"""The words of carriers for each event, small letters."""
COLUMNS = {
    "number": ("tracking number", "tracking", "number", "运单号", "邮件号", "邮件号码", "快递单号"),
    "event": ("event", "status", "state", "状态", "事件", "邮件状态", "投递状态"),
    "day": ("date", "day", "time", "日期", "时间", "妥投时间", "签收时间", "投递日期"),
}  # fmt: skip
"""What the heads of the columns are called; a file without heads has number, event, date in this order."""


class Fault(StrEnum):
    """Why a row of a carrier's file changes nothing."""

    KNOWN = "known"
    TWICE = "twice"
    NO_NUMBER = "no_number"
    NOT_OURS = "not_ours"
    NOT_AWAY = "not_away"
    EVENT = "event"
    UNDER_WAY = "under_way"
    RETURNED = "returned"
    LOST = "lost"
    NO_DAY = "no_day"
    DAY = "day"


FAULTS = {
    Fault.KNOWN: _l("Known already: nothing changes."), Fault.TWICE: _l("The same number stands in another row."),
    Fault.NO_NUMBER: _l("The row has no tracking number."), Fault.NOT_OURS: _l("No parcel of ours has this number."),
    Fault.NOT_AWAY: _l("This parcel is not with the post."), Fault.EVENT: _l("What happened is not a word that the desk knows."),
    Fault.UNDER_WAY: _l("Still on its way: nothing changes."),
    Fault.RETURNED: _l("It comes back: scan it at the returns desk once it is here."),
    Fault.LOST: _l("Declare it lost on the page of the parcel: a new card is requested there."),
    Fault.NO_DAY: _l("The day cannot be read: write 2026-11-22."), Fault.DAY: _l("The day lies between the day of posting and today."),
}  # fmt: skip
OF_EVENTS = {
    Event.RETURNED: Fault.RETURNED, Event.LOST: Fault.LOST, Event.UNDER_WAY: Fault.UNDER_WAY, Event.UNKNOWN: Fault.EVENT,
}  # fmt: skip
"""What is said of a row that does not say «delivered»."""


class Line(NamedTuple):
    """One row of the file, as it was written."""

    place: int
    """Its number in the file, from 1, heads included."""
    number: str
    event: str
    day: str


def lines_of(text: str) -> list[Line]:
    """The rows of a text whose cells are separated by commas, semicolons, tabulators or blanks; empty ones are left out."""
    return lines_in(_rows(text))


def lines_in(table: Iterable[Sequence[str]]) -> list[Line]:
    """The rows of a table, whose first one may say what its columns are."""
    rows = [(place, [cell.strip() for cell in row]) for place, row in enumerate(table, 1)]
    filled = [(place, row) for place, row in rows if any(row)]
    places = _places(filled[0][1]) if filled else None
    body = filled[1:] if places else filled
    return list(_cells(body, places or {"number": 0, "event": 1, "day": 2}))


def _rows(text: str) -> Iterator[list[str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    if delimiter in first:
        return csv.reader(io.StringIO(text), delimiter=delimiter)
    return (line.split(None, 2) for line in text.splitlines())


def _cells(body: list[tuple[int, list[str]]], places: dict[str, int]) -> Iterator[Line]:
    for place, row in body:
        number, event, day = (
            row[places[name]] if name in places and places[name] < len(row) else "" for name in ("number", "event", "day")
        )
        yield Line(place, number, event, day)


def _places(heads: list[str]) -> dict[str, int] | None:
    """Column -> its place, by the heads of the file; None where the first row is none of heads."""
    low = [head.lower() for head in heads]
    found = {name: low.index(word) for name, known in COLUMNS.items() for word in known if word in low}
    return found if "number" in found else None


def event_of(word: str) -> Event:
    """The event that a carrier's word means."""
    low = word.strip().lower()
    return next((event for event, known in WORDS.items() if low in known), Event.UNKNOWN)
