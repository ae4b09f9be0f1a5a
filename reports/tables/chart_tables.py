"""The table twin of each chart: the same figures as headers and rows, for the page and for CSV."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.tables.rows import BacklogRow, DayCount, MakerCount, MonthCount, ReasonCount, StageTime
from reports.text import dates
from reports.text.words import text


@dataclass(frozen=True)
class Table:
    """Headers in the reader's language and rows of plain values; the first column names the row."""

    headers: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def _headers(language: str, *keys: str) -> tuple[str, ...]:
    return tuple(text(key, language) for key in keys)


def flow_per_day(days: Sequence[DayCount], *, language: str) -> Table:
    """Return what came in, was decided and was posted, day by day."""
    headers = _headers(language, "chart.day", "chart.received", "chart.decided", "chart.posted")
    return Table(headers, tuple((row.day.isoformat(), row.received, row.decided, row.posted) for row in days))


def backlog_by_age(queues: Sequence[BacklogRow], *, language: str) -> Table:
    """Return open cases by queue and age, with totals."""
    headers = _headers(language, "chart.queue", "age.5", "age.10", "age.20", "age.older", "chart.total")
    rows = ((r.queue, r.upto_5_days, r.upto_10_days, r.upto_20_days, r.older, r.total) for r in queues)
    return Table(headers, tuple(rows))


def stage_times(stages: Sequence[StageTime], *, language: str) -> Table:
    """Return working days by stage; an unmeasured stage has empty cells."""
    headers = _headers(language, "chart.stage", "chart.p50", "chart.p90", "chart.cases")
    return Table(headers, tuple((row.stage, row.p50_days, row.p90_days, row.cases) for row in stages))


def outcomes_by_reason(reasons: Sequence[ReasonCount], *, language: str) -> Table:
    """Return decisions by outcome and reason, the most frequent first, with their share."""
    headers = _headers(language, "chart.outcome", "chart.reason", "chart.count", "chart.share")
    total = sum(row.count for row in reasons)
    ordered = sorted(reasons, key=lambda row: -row.count)
    rows = ((row.outcome, row.reason, row.count, f"{100 * row.count / total:.1f} %" if total else "") for row in ordered)
    return Table(headers, tuple(rows))


def counts_by_month(months: Sequence[MonthCount], *, language: str) -> Table:
    """Return how much of each kind there was in each month, with totals, and with what it cost where that is known."""
    kinds = tuple(one.kind for one in months[0].kinds) if months else ()
    has_cost = any(row.cost is not None for row in months)
    cost = _headers(language, "chart.cost") if has_cost else ()
    headers = (*_headers(language, "chart.month"), *kinds, *_headers(language, "chart.total"), *cost)
    rows = ((_month(r, language), *(one.count for one in r.kinds), r.count, *((r.cost,) if has_cost else ())) for r in months)
    return Table(headers, tuple(rows))


def _month(row: MonthCount | MakerCount, language: str) -> str:
    return dates.month(row.start, language)


def faults_by_maker(rows: Sequence[MakerCount], *, language: str) -> Table:
    """Return what each maker made badly in each month, and what it cost."""
    headers = _headers(language, "chart.month", "chart.maker", "chart.remade", "chart.cost")
    return Table(headers, tuple((_month(row, language), row.maker, row.count, row.cost) for row in rows))
