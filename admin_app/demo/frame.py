"""What every writer of demo rows shares: the office, the clock, the numbers given out so far."""

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import delete, insert, select

from admin_app.demo.bulk import BulkWriter
from admin_app.demo.office import Roster
from admin_app.demo.rhythm import OfficeDays
from admin_app.foundation.database import db
from admin_app.foundation.numbering import NumberSeries


class Progress(Protocol):
    """What a load tells whoever watches: the stage, how much of it is done."""

    def __call__(self, stage: str, done: int, total: int) -> None: ...


def seeded_id(*parts: object) -> str:
    """32 hex digits that are the same for the same parts."""
    return hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=16).hexdigest()


class Numbers:
    """Running numbers by series, continued from the database and written back at the end of a chunk."""

    def __init__(self) -> None:
        self._last = {key: value for key, value in db.session.execute(select(NumberSeries.name, NumberSeries.last))}
        self._changed: set[str] = set()

    def next(self, series: str) -> int:
        """The next number of a series; the first is 1."""
        self._last[series] = self._last.get(series, 0) + 1
        self._changed.add(series)
        return self._last[series]

    def last(self, series: str) -> int:
        """The last number given out, 0 if there is none."""
        return self._last.get(series, 0)

    def put(self, series: str, value: int) -> None:
        """Set the last number of a series."""
        self._last[series] = value
        self._changed.add(series)

    def reference(self, letters: str, series: str, day: dt.date) -> str:
        """The next BK- or GS-reference of a day's year."""
        year = day.year % 100
        return f"{letters}-{year:02d}-{self.next(f'{series}-{year:02d}'):07d}"

    def all(self) -> dict[str, int]:
        """The last number of every series."""
        return dict(self._last)

    def save(self) -> None:
        """Write what changed; needs an open transaction."""
        changed = sorted(self._changed)
        if changed:
            db.session.execute(delete(NumberSeries).where(NumberSeries.name.in_(changed)))
            db.session.execute(insert(NumberSeries), [{"name": name, "last": self._last[name]} for name in changed])
        self._changed.clear()


@dataclass
class Frame:
    """One load of the demo office."""

    seed: int
    count: int
    first_person: int
    """index of the first person of this load: an earlier load of the same seed has used the ones before"""
    days: OfficeDays
    roster: Roster
    writer: BulkWriter
    numbers: Numbers
    promised_days: int
    statutory_days: int
    answer_days: int
    claim_minutes: int
    residents: dict[int, int] = field(default_factory=dict)
    """resident's row id by person index, for people who may come again"""
    births: list[dt.date] = field(default_factory=list)
    """birth dates of the residents, in the order of their rows"""
    kept: dict[str, list[tuple[Any, ...]]] | None = None
    """where the writer keeps what it writes, if the office is copied afterwards"""

    def __post_init__(self) -> None:
        self.writer.kept = self.kept

    @property
    def is_small(self) -> bool:
        """Small enough for own files and for a log entry about each document."""
        return self.count <= 2_000

    def public_id(self, kind: str, number: int | str) -> str:
        """32 hex digits that are the same for the same seed."""
        return seeded_id(self.seed, self.first_person, kind, number)
