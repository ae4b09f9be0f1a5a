"""The lists behind the marks of the charts: what a bar, a point or a figure of a table opens, and which figures no list can show."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.cards.rules import Fault
from admin_app.dashboard import rules
from admin_app.dashboard.forms import ReportAddress
from admin_app.dashboard.queries import behind
from admin_app.dashboard.queries.flow import Backlog
from admin_app.dashboard.views.links import permitted_url
from reports.tables.rows import DayCount, MakerCount, MonthCount, ReasonCount

Links = list[list[str | None]]
"""For each row of a table the addresses behind its figures, the row's name left out; None: no list shows this figure."""

_COST = _l("A cost opens no list; the number of cards does, and the list says what each of them cost.")
STATEMENTS: dict[str, tuple[frozenset[str], Any]] = {
    "stages": (
        frozenset({"chart.p50", "chart.p90"}),
        _l("p50 and p90 are days, not numbers of cases; their bars open the cases that were measured."),
    ),
    "faults": (frozenset({"chart.cost"}), _COST),
    "makers": (frozenset({"chart.cost"}), _COST),
    "outcomes": (frozenset({"chart.share"}), _l("A share opens no list; the number beside it does.")),
}
"""Chart -> the columns of its table (keys of reports/text/words.py) whose figures count no cases, and why in words."""


def flow(days: Sequence[DayCount], address: ReportAddress) -> Links:
    """Behind each day: the cases received, decided, posted."""
    return [[_cases(address, tab, row.day, row.day) for tab in behind.DAYS] for row in days]


def outcomes(reasons: Sequence[ReasonCount], address: ReportAddress) -> Links:
    """Behind each reason: the decisions that name it."""
    start, end = address.period.start.isoformat(), address.period.end.isoformat()
    found = []
    for row in reasons:
        asked = _filters(address) | {"tab": row.kind, "reason": row.code, "from": start, "to": end}
        found.append([None, permitted_url("FigureView.decisions", **asked), None])
    return found


def stages(rows: Sequence[Any], address: ReportAddress) -> Links:
    """Behind each stage: the cases whose time was measured."""
    tab_of = {stage: tab for tab, measured in behind.MEASURED.items() for stage in measured}
    period = address.period.start, address.period.end
    named = zip(rules.STAGE_LABELS, rows, strict=True)
    return [[None, None, _cases(address, tab_of[stage], *period, measured=stage)] for stage, _row in named]


def backlog(found: Backlog, address: ReportAddress) -> Links:
    """Behind each status: the queue with its four age bands and its total."""
    days = [{"from": first and first.isoformat(), "to": last and last.isoformat()} for first, last in (*found.band_days, (None, None))]
    return [
        [permitted_url("QueueView.index", status=status, **_filters(address), **between) for between in days] for status in found.statuses
    ]  # fmt: skip


def returns(months: Sequence[MonthCount], address: ReportAddress) -> Links:
    """Behind each month: the parcels that came back for each reason, and for any."""
    return [
        [_remade("FigureView.returns", row, address, reason=code) for code in (*(one.code for one in row.kinds), None)] for row in months
    ]  # fmt: skip


def faults(months: Sequence[MonthCount], address: ReportAddress) -> Links:
    """Behind each month: the cards made once more because of each, and of anybody."""
    return [
        [*(_remade("FigureView.remade", row, address, fault=code) for code in (*(one.code for one in row.kinds), None)), None]
        for row in months
    ]  # fmt: skip


def makers(rows: Sequence[MakerCount], address: ReportAddress) -> Links:
    """Behind each maker and month: the cards in the place of those that it made badly."""
    return [[None, _remade("FigureView.remade", row, address, fault=str(Fault.MAKER), maker=row.code), None] for row in rows]


def received(address: ReportAddress) -> str | None:
    """The cases received in the period."""
    return _cases(address, "received", address.period.start, address.period.end)


def decided(address: ReportAddress) -> str | None:
    """The cases decided in the period."""
    return _cases(address, "decided", address.period.start, address.period.end)


def open_now(address: ReportAddress) -> str | None:
    """All open cases."""
    return permitted_url("QueueView.index", tab="all", **_filters(address))


def onto(traces: Sequence[dict[str, Any]], links: Links, columns: Callable[[int], int]) -> None:
    """Give each mark of a figure its address, which Plotly hands over with a click; `columns(number of a trace)` says which of its row."""
    for number, trace in enumerate(traces):
        rows = trace["y"] if trace.get("orientation") == "h" else range(len(links))
        trace["customdata"] = [links[row][columns(number)] for row in rows]


def _remade(endpoint: str, row: MonthCount | MakerCount, address: ReportAddress, **more: str | None) -> str | None:
    between = {"from": row.start.isoformat(), "to": row.end.isoformat()}
    return permitted_url(endpoint, **between, **_filters(address), **{name: code for name, code in more.items() if code})


def _filters(address: ReportAddress) -> dict[str, Any]:
    return {name: value for name, value in address.arguments().items() if name in ("centre", "channel")}


def _cases(address: ReportAddress, tab: str, first: Any, last: Any, **more: Any) -> str | None:
    return permitted_url("FigureView.cases", tab=tab, **{"from": first.isoformat(), "to": last.isoformat()}, **_filters(address), **more)
