"""What the report pages accept in their addresses; whatever they do not know answers 400 with a sentence."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from admin_app.applications.rules import Channel
from admin_app.centres.models import Centre
from admin_app.dashboard import rules
from admin_app.dashboard.queries.flow import Filter
from admin_app.dashboard.rules import Period
from admin_app.foundation.errors import DomainError
from admin_app.staff.models import StaffMember

KNOWN = frozenset({"period", "from", "to", "centre", "channel"})
MOST_VALUES = 80
Arguments = MultiDict[str, str]


class Unreadable(DomainError):
    """An address that asks for something that the reports do not have."""

    status = 400


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

    def chosen_by(self, staff: StaffMember) -> Filter:
        """The filter for the queries."""
        return Filter(staff, self.period, tuple(centre.id for centre in self.centres), self.channel)


def read_report(arguments: Arguments, centres: Sequence[Centre], *, today: date, also: Collection[str] = ()) -> ReportAddress:
    """The filter of a report page; Unreadable (400) for a name or value that the page does not know."""
    if not set(arguments) <= KNOWN | set(also) or sum(len(arguments.getlist(name)) for name in arguments) > MOST_VALUES:
        raise _unreadable()
    preset = one_of(arguments, "period", rules.PRESETS)
    start, end = _day(arguments, "from"), _day(arguments, "to")
    given = start is not None or end is not None
    if preset and given:
        raise _unreadable()
    preset = "" if given else preset or rules.STANDARD_PRESET
    period = _period(start, end, today) if given else rules.preset_period(preset, today)
    return ReportAddress(period, preset, read_centres(arguments, centres), one_of(arguments, "channel", set(Channel)))


def read_centres(arguments: Arguments, centres: Sequence[Centre]) -> tuple[Centre, ...]:
    """The chosen centres, each once, in the order of the list."""
    asked = {code for code in arguments.getlist("centre") if code}
    if not asked <= {centre.code for centre in centres}:
        raise _unreadable()
    return tuple(centre for centre in centres if centre.code in asked)


def read_month(arguments: Arguments, *, today: date) -> date:
    """The first day of the month 2026-10; the last whole month if none is named."""
    text = _single(arguments, "month")
    if not text:
        return (today.replace(day=1) - rules.ONE_DAY).replace(day=1)
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", text, re.ASCII) or (month := date.fromisoformat(f"{text}-01")) > today:
        raise Unreadable(_l("Choose a month like 2026-10 that has begun."))
    return month


def one_of(arguments: Arguments, name: str, allowed: Collection[str]) -> str:
    """The value of `name`, one of `allowed`; '' if absent or empty."""
    value = _single(arguments, name)
    if value and value not in allowed:
        raise _unreadable()
    return value


def _single(arguments: Arguments, name: str) -> str:
    values = [value for value in arguments.getlist(name) if value]
    if len(values) > 1:
        raise _unreadable()
    return values[0] if values else ""


def _day(arguments: Arguments, name: str) -> date | None:
    text = _single(arguments, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unreadable(_l("Write days like 2026-11-22.")) from None


def _period(start: date | None, end: date | None, today: date) -> Period:
    end = end or today
    if not all(rules.EARLIEST_DAY <= day <= today + timedelta(days=rules.LONGEST_PERIOD_DAYS) for day in (start or end, end)):
        raise Unreadable(_l("Choose days from the year 2000 on, and not beyond next year."))
    start = start or end - timedelta(days=29)
    if start > end:
        raise Unreadable(_l("The first day lies after the last one. Exchange them."))
    if (period := Period(start, end)).length > rules.LONGEST_PERIOD_DAYS:
        raise Unreadable(_l("A report covers at most %(days)s days. Choose a shorter period.", days=rules.LONGEST_PERIOD_DAYS))
    return period


def _unreadable() -> Unreadable:
    return Unreadable(_l("This address asks for something that the reports do not have. Start again from the reports page."))
