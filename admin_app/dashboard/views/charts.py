"""The charts: title, figures, table twin, and the lists behind their marks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from admin_app.centres import queries as centres
from admin_app.dashboard import rules
from admin_app.dashboard.forms import ReportAddress
from admin_app.dashboard.queries import flow, remade
from admin_app.dashboard.queries.flow import Backlog, Filter
from admin_app.dashboard.queries.summary import Figures
from admin_app.dashboard.views import marks
from admin_app.foundation import clock
from admin_app.foundation.i18n import language
from reports.charts import screen
from reports.tables import chart_tables

MOST_BARS = 8
SHORTENED = frozenset({"outcomes", "makers"})
"""Charts that show so many rows, the first ones; their tables have all."""


@dataclass(frozen=True)
class Chart:
    """One chart: `load` reads its figures, `pick` takes them from a whole page's, `draw` and `tabulate` show them.

    `link` gives the lists behind the figures of its table, `column` which of them a trace (by its number) opens.
    """

    name: str
    title: Any
    load: Callable[[Filter], Any]
    pick: Callable[[Figures], Any]
    draw: Callable[..., screen.Figure]
    tabulate: Callable[..., chart_tables.Table]
    link: Callable[[Any, ReportAddress], marks.Links]
    column: Callable[[int], int]

    @property
    def definition(self) -> Any:
        """What it counts, in one sentence."""
        return rules.DEFINITIONS[self.name]


CHARTS = {
    chart.name: chart
    for chart in (
        Chart(
            "flow", _l("Received, decided, posted per day"), lambda chosen: flow.flow(chosen).days, lambda found: found.flow.days,
            screen.flow_per_day, chart_tables.flow_per_day, marks.flow, lambda trace: trace,
        ),
        Chart(
            "outcomes", _l("Why not approved"), flow.outcomes, lambda found: found.outcomes, screen.outcomes_by_reason,
            chart_tables.outcomes_by_reason, marks.outcomes, lambda _trace: 1,
        ),
        Chart(
            "stages", _l("Working days by stage"), lambda chosen: flow.stages(chosen, centres.calendar()).rows,
            lambda found: found.stages.rows, screen.stage_times, chart_tables.stage_times, marks.stages, lambda _trace: 2,
        ),
        Chart(
            "backlog", _l("Open cases by age"), lambda chosen: flow.backlog(chosen, centres.calendar()), lambda found: found.backlog,
            lambda backlog, **how: screen.backlog_by_age(backlog.rows, **how),
            lambda backlog, **how: chart_tables.backlog_by_age(backlog.rows, **how),
            marks.backlog, lambda trace: trace,
        ),
        Chart(
            "returns", _l("Came back by post, by reason"), lambda chosen: remade.remade(chosen).returns, lambda found: found.remade.returns,
            screen.counts_by_month, chart_tables.counts_by_month, marks.returns, lambda trace: trace,
        ),
        Chart(
            "faults", _l("Cards made once more, because of whom"), lambda chosen: remade.remade(chosen).faults,
            lambda found: found.remade.faults, screen.counts_by_month, chart_tables.counts_by_month, marks.faults, lambda trace: trace,
        ),
        Chart(
            "makers", _l("Faults of the makers"), lambda chosen: remade.remade(chosen).makers, lambda found: found.remade.makers,
            screen.faults_by_maker, chart_tables.faults_by_maker, marks.makers, lambda _trace: 1,
        ),
    )
}  # fmt: skip


def page_chart(chart: Chart, rows: Any, address: ReportAddress | None = None) -> dict[str, Any]:
    """What the card of a chart on a page needs; without an address: the standard period."""
    address = address or standard_address()
    arguments = address.arguments()
    return {
        "name": chart.name,
        "title": chart.title,
        "definition": chart.definition,
        "table": chart.tabulate(rows, language=language()),
        "links": chart.link(rows, address),
        "note": marks.STATEMENTS[chart.name][1] if chart.name in marks.STATEMENTS else "",
        "data_url": url_for("ReportView.data", name=chart.name, **arguments),
        "csv_url": url_for("ReportView.table", name=chart.name, **arguments),
        "file_name": f"{chart.name}-{address.period.start}-{address.period.end}",
    }


def standard_address() -> ReportAddress:
    """The report of the standard period, unfiltered."""
    return ReportAddress(rules.preset_period(rules.STANDARD_PRESET, clock.today()), rules.STANDARD_PRESET)


def figure(chart: Chart, address: ReportAddress, staff: Any, *, theme: str) -> screen.Figure:
    """The chart as JSON for the page, each of its marks linked to the list behind it."""
    rows = chart.load(address.chosen_by(staff))
    shown = rows[:MOST_BARS] if chart.name in SHORTENED else rows
    drawn = chart.draw(shown, language=language(), theme=theme)
    marks.onto(drawn["data"], chart.link(shown, address), chart.column)  # type: ignore[arg-type]
    return drawn | {"empty": not any(_amounts(rows))}


def _amounts(rows: Any) -> list[float]:
    if isinstance(rows, Backlog):
        return [rows.total]
    names = ("received", "decided", "posted", "count", "cases")
    return [getattr(row, name, 0) for row in rows for name in names]
