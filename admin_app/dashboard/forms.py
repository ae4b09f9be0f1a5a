"""What the report pages accept in their addresses; whatever they do not know answers 400 with a sentence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications.rules import Channel
from admin_app.centres.models import Centre
from admin_app.dashboard import rules
from admin_app.dashboard.queries.flow import Filter
from admin_app.dashboard.rules import Period
from admin_app.foundation.actor import Actor
from admin_app.web.arguments import Arguments, Unreadable

DAYS = ("from", "to")
KNOWN = frozenset({"period", *DAYS, "centre", "channel"})


@dataclass(frozen=True)
class ReportAddress:
    """The filter of a report page as it stands in the address."""

    period: Period
    preset: str = ""
    """'' when the days were given."""
    centres: tuple[Centre, ...] = ()
    channel: str = ""

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """The arguments for url_for() of this view, with `changes`; nothing that is at its default."""
        days = {"from": self.period.start.isoformat(), "to": self.period.end.isoformat()} if not self.preset else {}
        found = {
            "period": self.preset if self.preset != rules.STANDARD_PRESET else "",
            **days,
            "centre": [centre.code for centre in self.centres],
            "channel": self.channel,
        }
        return {name: value for name, value in (found | changes).items() if value}

    def chosen_by(self, staff: Actor) -> Filter:
        """The filter for the queries."""
        return Filter(staff, self.period, tuple(centre.id for centre in self.centres), self.channel)


class WrongDays(Unreadable):
    """The days that were typed make no period; `details` holds field -> sentence."""


def read_report(asked: Arguments, centres: Sequence[Centre], *, today: date, also: Collection[str] = ()) -> ReportAddress:
    """The filter of a report page; Unreadable (400) for a name or value that the page does not know, WrongDays for days to correct."""
    asked.only(KNOWN | set(also))
    preset = asked.choice("period", rules.PRESETS)
    start, end = _days(asked)
    given = start is not None or end is not None
    if preset and given:
        asked.refuse()
    preset = "" if given else preset or rules.STANDARD_PRESET
    period = _period(start, end, today) if given else rules.preset_period(preset, today)
    return ReportAddress(period, preset, read_centres(asked, centres), asked.choice("channel", set(Channel)))


def read_centres(asked: Arguments, centres: Sequence[Centre]) -> tuple[Centre, ...]:
    """The chosen centres, each once, in the order of the list."""
    codes = asked.several("centre", {centre.code for centre in centres})
    return tuple(centre for centre in centres if centre.code in codes)


def read_month(asked: Arguments, *, today: date) -> date:
    """The first day of the month 2026-10; the last whole month if none is named."""
    month = asked.month("month")
    if month is None:
        return (today.replace(day=1) - rules.ONE_DAY).replace(day=1)
    if not rules.EARLIEST_DAY <= month <= today:
        raise Unreadable(_l("Choose a month like 2026-10 that has begun."))
    return month


def _days(asked: Arguments) -> list[date | None]:
    found: list[date | None] = []
    problems: dict[str, Any] = {}
    for name in DAYS:
        try:
            found.append(asked.day(name))
        except Unreadable as wrong:
            problems[name] = wrong.message
    if problems:
        raise WrongDays(next(iter(problems.values())), **problems)
    return found


def _wrong(name: str, sentence: Any) -> WrongDays:
    return WrongDays(sentence, **{name: sentence})


def _period(start: date | None, end: date | None, today: date) -> Period:
    end = end or today
    for name, day in (("from", start or end), ("to", end)):
        if not rules.EARLIEST_DAY <= day <= today + timedelta(days=rules.LONGEST_PERIOD_DAYS):
            raise _wrong(name, _l("Choose dates from 2000 to the end of next year."))
    start = start or end - timedelta(days=29)
    if start > end:
        raise _wrong("to", _l("The last day is before the first."))
    if (period := Period(start, end)).length > rules.LONGEST_PERIOD_DAYS:
        raise _wrong("from", _l("A report covers at most %(days)s days. Choose a shorter period.", days=rules.LONGEST_PERIOD_DAYS))
    return period
