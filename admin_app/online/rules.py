"""What residents' pages say about numbers and days; pure functions."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import format_date

from admin_app.foundation.i18n import language

EXTENSION = re.compile(r"转|分机|ext\.?|x|#", re.I)


def dialled(phone: str) -> str:
    """What a phone dials for a number as an office writes it: 0571-8801 2345 转 3 → 057188012345,3; '' without a number."""
    number, *extension = EXTENSION.split(phone, maxsplit=1)
    parts = [re.sub(r"[^0-9+]", "", part) for part in (number, *extension)]
    return ",".join(part for part in parts if part) if parts[0] else ""


def weekday(day: date) -> str:
    """A day with its weekday, without the year: Monday 30 November, 11月30日 星期一."""
    return format_date(day, "M月d日 EEEE" if language() == "zh" else "EEEE d MMMM")


def spans(hours: Iterable[Sequence[str]]) -> str:
    """The opening hours of a day: 09:00–12:00, 13:30–17:00; '' for a day on which nobody opens."""
    return ("、" if language() == "zh" else ", ").join(f"{begins}–{ends}" for begins, ends in hours)
