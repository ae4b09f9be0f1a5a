"""How much time is left, in words: the one place that says it, for loss reports, leases, promised days and whatever comes.

Up to an hour in minutes, up to three days in hours, then in days; promised days in working days, as the office's calendar counts them.
"""

from datetime import datetime, timedelta
from functools import lru_cache

from flask_babel import gettext as _
from flask_babel import ngettext

from admin_app.foundation import clock
from admin_app.foundation.i18n import language

MOST_HOURS = 72
"""What is left is said in hours up to here, then in days."""
KEPT = 4096


def time_left(until: datetime) -> str:
    """How long it is until then, like «5 hours left»; whole units, never more than there is."""
    left = until - clock.now()
    if left <= timedelta(0):
        return _("Time has run out")
    hours = int(left // timedelta(hours=1))
    if hours > MOST_HOURS:
        return _said("days", hours // 24, language())
    return _said("hours", hours, language()) if hours else _said("minutes", int(left // timedelta(minutes=1)), language())


def mark_of(until: datetime) -> str:
    """The shape beside time_left(): a warning on the last day, an alarm in the last hour."""
    left = until - clock.now()
    if left < timedelta(hours=1):
        return "triangle"
    return "dot-warn" if left < timedelta(days=1) else "dot-muted"


def days_left(days: int) -> str:
    """So many working days until a promised day, like «3 working days left»; it is overdue by them where they are negative."""
    return _said("overdue" if days < 0 else "working", abs(days), language())


@lru_cache(maxsize=KEPT)
def _said(unit: str, number: int, _code: str) -> str:
    # A queue says it for every row; the language stands for the catalogue that the words come from.
    if unit == "overdue":
        return ngettext("Overdue by %(num)s working day", "Overdue by %(num)s working days", number)
    if unit == "working":
        return ngettext("%(num)s working day left", "%(num)s working days left", number) if number else _("Due today")
    if unit == "days":
        return ngettext("%(num)s day left", "%(num)s days left", number)
    if unit == "hours":
        return ngettext("%(num)s hour left", "%(num)s hours left", number)
    return ngettext("%(num)s minute left", "%(num)s minutes left", number) if number else _("less than a minute left")
