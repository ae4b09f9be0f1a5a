"""The five figures at the head of a report, and the month on one page."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from admin_app.centres import queries as centre_queries
from admin_app.centres.models import Centre
from admin_app.centres.rules import WorkingCalendar
from admin_app.dashboard import rules
from admin_app.dashboard.queries import flow
from admin_app.dashboard.queries import remade as again
from admin_app.dashboard.queries.flow import Backlog, Filter, Flow, Stages
from admin_app.dashboard.queries.remade import Remade
from admin_app.dashboard.rules import Trend
from admin_app.foundation import clock
from admin_app.foundation.i18n import listed, pick
from reports.documents.rows import MonthlySummaryRow, Tile
from reports.tables.rows import ReasonCount

ARROWS = {"up": "▲ ", "down": "▼ ", "": ""}
NOTHING = "–"


@dataclass(frozen=True)
class Figures:
    """All that a report page shows."""

    flow: Flow
    backlog: Backlog
    stages: Stages
    outcomes: tuple[ReasonCount, ...]
    remade: Remade


@dataclass(frozen=True)
class Measure:
    """One figure at the head of a page: ready texts; `note` says more than the trend does."""

    key: str
    label: str
    value: str
    trend: Trend | None = None
    note: str = ""


def figures(chosen: Filter, calendar: WorkingCalendar) -> Figures:
    """Everything for one filter, in five statements, one more where a maker is named."""
    parts = flow.flow(chosen), flow.backlog(chosen, calendar), flow.stages(chosen, calendar), flow.outcomes(chosen)
    return Figures(*parts, again.remade(chosen))


def measures(found: Figures) -> tuple[Measure, ...]:
    """The five figures with their trends against the period before."""
    now, before = found.flow.now, found.flow.before
    overdue = found.backlog.overdue
    late = ngettext("%(num)s overdue", "%(num)s overdue", overdue) if overdue else _("none overdue")
    return (
        Measure("received", _("Received"), f"{now.received:,}", _relative(now.received, before.received, more_is_good=None)),
        Measure("decided", _("Decided"), f"{now.decided:,}", _relative(now.decided, before.decided, more_is_good=True)),
        Measure("open", _("Open now"), f"{found.backlog.total:,}", note=late),
        on_time(found.flow),
        Measure("whole", _("Working days to posting, p90"), _days(found.stages.whole_p90), _fewer_days(found.stages)),
    )


def on_time(found: Flow) -> Measure:
    """The share of decisions that came in time, against the period before."""
    now, before = found.now.on_time_share, found.before.on_time_share
    return Measure("on_time", _("Decided on time"), _share(now), _points(now, before))


def _relative(now: int, before: int, *, more_is_good: bool | None) -> Trend | None:
    difference = rules.change(now, before)
    return rules.trend(None if difference is None else 100 * difference, "{} %", more_is_good=more_is_good)


def _points(now: float | None, before: float | None) -> Trend | None:
    difference = None if now is None or before is None else 100 * (now - before)
    return rules.trend(difference, _("{} points"), more_is_good=True)


def _fewer_days(stages: Stages) -> Trend | None:
    now, before = stages.whole_p90, stages.whole_p90_before
    return rules.trend(None if now is None or before is None else now - before, _("{} days"), more_is_good=False)


def _share(share: float | None) -> str:
    return NOTHING if share is None else f"{100 * share:.1f} %"


def _days(days: float | None) -> str:
    return NOTHING if days is None else f"{days:g}"


def monthly(chosen: Filter, month: date, centres: tuple[Centre, ...], calendar: WorkingCalendar) -> MonthlySummaryRow:
    """The plain row of the printed month; `chosen` covers that month."""
    found = figures(chosen, calendar)
    return MonthlySummaryRow(
        month=month,
        scope=scope(chosen, centres),
        made_at=clock.to_office(clock.now()),
        tiles=tuple(_tile(measure) for measure in measures(found)),
        days=found.flow.days,
        backlog=found.backlog.rows,
        stages=found.stages.rows,
        reasons=found.outcomes,
        remarks=(_("Open cases are those of the moment of printing, not of the end of the month."),),
    )


def scope(chosen: Filter, centres: tuple[Centre, ...]) -> str:
    """Which centres a report is about, in words."""
    own = centre_queries.by_id(chosen.staff.centre_id)
    named = [pick(centre, "name") for centre in centres or ((own,) if own else ())]
    if not named:
        return _("All centres")
    return listed(named) if len(named) <= 3 else _("%(count)s centres", count=len(named))


def _tile(measure: Measure) -> Tile:
    if measure.trend is None:
        return Tile(measure.label, measure.value, measure.note)
    return Tile(measure.label, measure.value, ARROWS[measure.trend.direction] + measure.trend.text, measure.trend.is_good)
