"""Opening hours of a centre, and how far away it is."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.centres.rules.working_days import WorkingCalendar
from admin_app.foundation.errors import DomainError
from admin_app.foundation.typed_text import numbers, texts

WEEKDAYS = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))
HOURS_SIGNS = "、至〜"
TILL = re.compile("-|~|〜|至|TO")
TIME = re.compile(r"^([0-9]{1,2}):([0-9]{2})$")
MOST_SPANS = 4
Span = list[str]
"""Opening and closing time: ["09:00", "12:00"]."""


class HoursRefused(DomainError):
    """The text is not a list of opening hours."""


def parse_hours(text: str) -> list[Span]:
    """'09:00-12:00, 13:30-17:00' as spans; '' is closed. HoursRefused with a sentence if it cannot be read."""
    typed = numbers.plain(text)
    texts.refuse([char for char in typed if not char.isascii() and char not in HOURS_SIGNS], "hours")
    spans = [_parse_span(part) for part in re.split(r"[,;、]", typed) if part]
    if len(spans) > MOST_SPANS:
        raise HoursRefused(_l("At most four openings a day."))
    for earlier, later in pairwise(spans):
        if later[0] <= earlier[1]:
            raise HoursRefused(_l("Openings must follow each other without overlapping."))
    return spans


def _parse_span(text: str) -> Span:
    ends = [_parse_time(part) for part in TILL.split(text)]
    if len(ends) != 2 or ends[0] >= ends[1]:
        raise HoursRefused(_l("Write an opening like 09:00-12:00, the earlier time first."))
    return ends


def _parse_time(text: str) -> str:
    match = TIME.match(text)
    hour, minute = (int(match[1]), int(match[2])) if match else (99, 0)
    if hour * 60 + minute > 24 * 60 or minute > 59:
        raise HoursRefused(_l("Write times like 09:00, up to 24:00."))
    return f"{hour:02}:{minute:02}"


def format_hours(spans: Sequence[Sequence[str]]) -> str:
    """The inverse of parse_hours()."""
    return ", ".join(f"{start}-{end}" for start, end in spans)


def hours_on(week: Sequence[Any], day: date, calendar: WorkingCalendar) -> list[Span]:
    """Opening hours on `day`: none on a holiday; on a make-up day that is otherwise closed, Monday's hours."""
    if len(week) != 7:
        return []
    usual, is_working = week[day.weekday()], calendar.is_working_day(day)
    if day.weekday() < 5:
        return usual if is_working else []
    return usual or (week[0] if is_working else [])


@dataclass(frozen=True)
class Opening:
    """Open now until `until`, or closed and open again on `opens_on` at `opens_at` (None: not within two weeks)."""

    # Nobody has entered any hours where is_known is false: neither open nor closed is said.

    is_open: bool
    until: str = ""
    opens_on: date | None = None
    opens_at: str = ""
    is_known: bool = True


def opening(week: Sequence[Any], moment: datetime, calendar: WorkingCalendar) -> Opening:
    """Whether a centre with these hours is open at `moment` (on the office's clock), and until or from when."""
    if not any(week):
        return Opening(False, is_known=False)
    clock = moment.strftime("%H:%M")
    for span in hours_on(week, moment.date(), calendar):
        if span[0] <= clock < span[1]:
            return Opening(True, until=span[1])
        if clock < span[0]:
            return Opening(False, opens_on=moment.date(), opens_at=span[0])
    following = next_opening(week, moment.date(), calendar)
    return Opening(False, opens_on=following[0], opens_at=following[1]) if following else Opening(False)


LONGEST_CLOSED = 15
"""Days after which nobody looks for the next opening any more; the longest holidays last nine."""
USUAL_WEEK: Sequence[Any] = (*[[["09:00", "17:00"]]] * 5, [], [])
"""Hours of a centre for which nobody has entered any, where a day's work must be told from the next."""


def next_opening(week: Sequence[Any], day: date, calendar: WorkingCalendar) -> tuple[date, str] | None:
    """The first day after `day` on which a centre with these hours opens, and its hour like 09:00; None: not within LONGEST_CLOSED days."""
    for ahead in range(1, LONGEST_CLOSED):
        spans = hours_on(week, day + timedelta(days=ahead), calendar)
        if spans:
            return day + timedelta(days=ahead), spans[0][0]
    return None


EARTH_KM = 6371.0088
"""Mean radius of the Earth."""


def distance_km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle distance (haversine) between two points (latitude, longitude) in degrees."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*here, *there))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))
