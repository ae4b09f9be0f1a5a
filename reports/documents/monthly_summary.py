"""The month on one A4 page: figures, three charts and the tables behind them."""

import io
from dataclasses import dataclass

import pikepdf

from reports.charts import paper
from reports.documents.rows import MonthlySummaryRow
from reports.pdf import renderer
from reports.tables import chart_tables
from reports.text import dates
from reports.text.words import text

PAGE_WIDTH = 516.0
HALF_WIDTH = 250.0
"""Widths of the drawings in points; the page leaves 182 mm between its margins."""

MOST_TILES = 5


@dataclass(frozen=True)
class Fit:
    """How much goes on the page: rows of the tables and heights of the drawings in points."""

    queues: int
    reasons: int
    remarks: int
    flow_height: float
    half_height: float


FITS = (Fit(6, 8, 6, 138, 118), Fit(5, 6, 4, 118, 104), Fit(4, 4, 3, 100, 90), Fit(3, 3, 2, 84, 76))
"""Tried in this order until all fits on one page."""


def monthly_summary(row: MonthlySummaryRow, language: str) -> bytes:
    """Return the summary as PDF; in a month with long tables only their first or biggest rows are on the page.

    Raises MissingGlyphs if a character cannot be printed.
    """
    for fit in FITS:
        printed = _print(row, language, fit)
        if _page_count(printed) == 1:
            break
    return printed


def _print(row: MonthlySummaryRow, language: str, fit: Fit) -> bytes:
    queues, stages = row.backlog[: fit.queues], row.stages[: fit.queues]
    half = (HALF_WIDTH, fit.half_height)
    images = {
        "flow.svg": paper.flow_per_day(row.days, language=language, size=(PAGE_WIDTH, fit.flow_height)),
        "backlog.svg": paper.backlog_by_age(queues, language=language, size=half),
        "stages.svg": paper.stage_times(stages, language=language, size=half),
    }
    reasons = chart_tables.outcomes_by_reason(row.reasons, language=language)
    html = renderer.document(
        "documents/monthly_summary.html",
        language=language,
        row=row,
        tiles=row.tiles[:MOST_TILES],
        month=dates.month(row.month, language),
        made_at=dates.minute(row.made_at, language),
        backlog=chart_tables.backlog_by_age(queues, language=language),
        stages=chart_tables.stage_times(stages, language=language),
        reasons=chart_tables.Table(reasons.headers, reasons.rows[: fit.reasons]),
        remarks=row.remarks[: fit.remarks],
        totals=[sum(getattr(day, name) for day in row.days) for name in ("received", "decided", "posted")],
    )
    return renderer.render(
        html,
        css=renderer.style("paper.css", "documents/monthly_summary.css"),
        number=text("summary.title", language),
        recipient=dates.month(row.month, language),
        images=images,
        also="".join(content.decode() for content in images.values()),
    )


def _page_count(printed: bytes) -> int:
    with pikepdf.Pdf.open(io.BytesIO(printed)) as document:
        return len(document.pages)
