"""The four charts: title, figures, table twin, and the lists behind bars."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from admin_app.centres import queries as centres
from admin_app.dashboard import rules
from admin_app.dashboard.forms import ReportAddress
from admin_app.dashboard.queries import flow
from admin_app.dashboard.queries.flow import Backlog, Filter
from admin_app.dashboard.queries.summary import Figures
from admin_app.dashboard.views.links import permitted_url
from admin_app.foundation import clock
from admin_app.foundation.i18n import language
from reports.charts import screen
from reports.tables import chart_tables
from reports.tables.rows import ReasonCount

MOST_BARS = 8
"""Reasons that the chart shows; its table has all."""


@dataclass(frozen=True)
class Chart:
    """One chart: `load` reads its figures, `pick` takes them from a whole page's, `draw` and `tabulate` show them."""

    name: str
    title: Any
    load: Callable[[Filter], Any]
    pick: Callable[[Figures], Any]
    draw: Callable[..., screen.Figure]
    tabulate: Callable[..., chart_tables.Table]

    @property
    def definition(self) -> Any:
        """What it counts, in one sentence."""
        return rules.DEFINITIONS[self.name]


CHARTS = {
    chart.name: chart
    for chart in (
        Chart(
            "flow", _l("Received, decided, posted per day"), lambda chosen: flow.flow(chosen).days, lambda found: found.flow.days,
            screen.flow_per_day, chart_tables.flow_per_day,
        ),
        Chart(
            "outcomes", _l("Why not approved"), flow.outcomes, lambda found: found.outcomes, screen.outcomes_by_reason,
            chart_tables.outcomes_by_reason,
        ),
        Chart(
            "stages", _l("Working days by stage"), lambda chosen: flow.stages(chosen, centres.calendar()).rows,
            lambda found: found.stages.rows, screen.stage_times, chart_tables.stage_times,
        ),
        Chart(
            "backlog", _l("Open cases by age"), lambda chosen: flow.backlog(chosen, centres.calendar()), lambda found: found.backlog,
            lambda backlog, **how: screen.backlog_by_age(backlog.rows, **how),
            lambda backlog, **how: chart_tables.backlog_by_age(backlog.rows, **how),
        ),
    )
}  # fmt: skip


def page_chart(chart: Chart, rows: Any, address: ReportAddress | None = None) -> dict[str, Any]:
    """What the card of a chart on a page needs; without an address: the standard period."""
    arguments = address.arguments() if address else {}
    period = address.period if address else rules.preset_period(rules.STANDARD_PRESET, clock.today())
    return {
        "name": chart.name,
        "title": chart.title,
        "definition": chart.definition,
        "table": chart.tabulate(rows, language=language()),
        "links": backlog_links(rows, address) if address and isinstance(rows, Backlog) else [],
        "data_url": url_for("ReportView.data", name=chart.name, **arguments),
        "csv_url": url_for("ReportView.table", name=chart.name, **arguments),
        "file_name": f"{chart.name}-{period.start}-{period.end}",
    }


def figure(chart: Chart, address: ReportAddress, staff: Any, *, theme: str) -> screen.Figure:
    """The chart as JSON for the page, its bars linked to the lists behind them where there is such a list."""
    rows = chart.load(address.chosen_by(staff))
    shown = _most_frequent(rows) if chart.name == "outcomes" else rows
    drawn = chart.draw(shown, language=language(), theme=theme)
    if isinstance(rows, Backlog):
        for trace, urls in zip(drawn["data"], zip(*backlog_links(rows, address), strict=True), strict=False):  # type: ignore[call-overload]
            trace["customdata"] = list(urls[: len(rows.rows)])
    return drawn | {"empty": not any(_amounts(rows))}


def _most_frequent(rows: tuple[ReasonCount, ...]) -> tuple[ReasonCount, ...]:
    return rows[:MOST_BARS]


def _amounts(rows: Any) -> list[float]:
    if isinstance(rows, Backlog):
        return [rows.total]
    names = ("received", "decided", "posted", "count", "cases")
    return [getattr(row, name, 0) for row in rows for name in names]


def backlog_links(backlog: Backlog, address: ReportAddress) -> list[list[str | None]]:
    """For each status the addresses of the queue behind its four age bands and its total; None where the reader has no queue."""
    filters = {name: value for name, value in address.arguments().items() if name in ("centre", "channel")}
    open_ends = (*backlog.band_days, (None, None))
    days = [{"from": first and first.isoformat(), "to": last and last.isoformat()} for first, last in open_ends]
    return [[permitted_url("QueueView.index", status=status, **filters, **between) for between in days] for status in backlog.statuses]
