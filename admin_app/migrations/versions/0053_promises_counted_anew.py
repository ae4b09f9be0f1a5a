"""What a promised day was counted from and how many working days were promised, so that it can be counted anew with another calendar.

Cases that are open get the lengths that lead to the days they were told, by the calendar that is in force now: how long they had waited
before is in those lengths. Cases that are closed have none; whoever reopens one promises anew.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import holidays
import sqlalchemy as sa
from alembic import op

from admin_app.foundation import clock
from admin_app.foundation.database import UTCDateTime

revision = "0053_promises_counted_anew"
down_revision = "0052_photo_reasons"
BATCH = 2_000
LONGEST = 3_660
"""Days between which nothing is counted: such a promise stays as it is."""
COLUMNS = {"clock_from": "DATE", "promised_in": "INTEGER", "statutory_in": "INTEGER", "answer_in": "INTEGER"}
APPLICATION = sa.table(
    "application",
    *(sa.column(name, sa.Date) for name in ("received_on", "due_on", "statutory_on", "paused_on", "answer_by", "clock_from")),
    *(sa.column(name, sa.Integer) for name in ("promised_in", "statutory_in", "answer_in")),
    sa.column("id", sa.BigInteger), sa.column("is_open", sa.Boolean), sa.column("submitted_at", UTCDateTime),
)  # fmt: skip
CALENDAR_DAY = sa.table("calendar_day", sa.column("day", sa.Date), sa.column("kind", sa.String), sa.column("is_active", sa.Boolean))


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.execute(f"ALTER TABLE application ADD COLUMN {name} {kind}")
    op.execute("ALTER TABLE application ADD COLUMN clock_stops JSON NOT NULL DEFAULT '[]'")
    _write_lengths()


def downgrade() -> None:
    for name in (*COLUMNS, "clock_stops"):
        op.execute(f"ALTER TABLE application DROP COLUMN {name}")


def _write_lengths() -> None:
    names = ("clock_from", "promised_in", "statutory_in", "answer_in")
    write = (
        sa.update(APPLICATION).where(APPLICATION.c.id == sa.bindparam("row")).values({name: sa.bindparam(f"new_{name}") for name in names})
    )
    length = _counter()
    for cases in _open_cases():
        values = []
        for case in cases:
            start = clock.to_office(case.submitted_at).date() if case.submitted_at else case.received_on
            promised = length(start, case.due_on)
            answer = length(case.paused_on, case.answer_by) if case.paused_on and case.answer_by else None
            values.append({
                "row": case.id, "new_clock_from": start if promised is not None else None, "new_promised_in": promised,
                "new_statutory_in": length(start, case.statutory_on), "new_answer_in": answer,
            })  # fmt: skip
        op.get_bind().execute(write, values)


def _open_cases() -> Iterator[list[Any]]:
    last = 0
    while True:
        query = sa.select(APPLICATION).where(APPLICATION.c.is_open.is_(True), APPLICATION.c.id > last).order_by(APPLICATION.c.id)
        rows: list[Any] = list(op.get_bind().execute(query.limit(BATCH)))
        if not rows:
            return
        last = rows[-1].id
        yield rows


def _counter() -> Callable[[date, date], int | None]:
    """A function (start, end) -> the working days that lead from one to the other; None where none do.

    An end that is a working day no more was one when it was promised.
    """
    days = op.get_bind().execute(sa.select(CALENDAR_DAY.c.day, CALENDAR_DAY.c.kind).where(CALENDAR_DAY.c.is_active.is_(True)))
    own = {row.day: row.kind for row in days}
    country = holidays.country_holidays("CN", language="en_US")

    @lru_cache(maxsize=10_000)
    def is_working(day: date) -> bool:
        return own[day] == "working" if day in own else bool(country.is_working_day(day))

    @lru_cache(maxsize=10_000)
    def length(start: date, end: date) -> int | None:
        if not 0 < (end - start).days <= LONGEST:
            return None
        between = sum(is_working(start + timedelta(days=number)) for number in range(1, (end - start).days + 1))
        return between + (not is_working(end))

    return length
