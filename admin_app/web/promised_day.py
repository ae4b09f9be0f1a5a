"""A day that somebody was promised, in words: the one place that says when it may still move.

Days of a year whose official calendar has not been entered are a guess; the room that keeps the calendar lies above (menu.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from admin_app.foundation.per_app import PerApp
from admin_app.web.template_filters import day

IS_GUESS: PerApp[Callable[[date], bool]] = PerApp("promised_day.is_guess", lambda: lambda _day: False)


@dataclass(frozen=True)
class Promise:
    """The value of a column of a list: a day that still counts and may move; a page and a file say where it is not final."""

    day: date

    @classmethod
    def of(cls, day: date | None) -> "Promise | None":
        """The promise of a day; None where no day is set."""
        return cls(day) if day is not None else None

    @property
    def plain(self) -> date | str:
        """As a file has it: a day, or in words that it is not final, so that nobody reckons with it as if it were."""
        return _("%(day)s (not final)", day=self.day.isoformat()) if is_guess(self.day) else self.day


def is_guess(value: date | None) -> bool:
    """Whether the day may still move because nobody has entered the calendar of its year."""
    return value is not None and IS_GUESS.get()(value)


def promised(value: date | None, style: str = "medium") -> str:
    """The day as template_filters.day() writes it, with «(not final)» behind it where it is a guess."""
    text = day(value, style)
    return _("%(day)s (not final)", day=text) if is_guess(value) else text
