"""The month on one A4 page: figures, three charts and the tables behind them."""

from reports import dates, pdf, svg_charts, tables
from reports.rows import MonthlySummaryRow
from reports.texts import text

WIDE = {"width": 516.0, "height": 138.0}
HALF = {"width": 250.0, "height": 118.0}
"""Sizes of the drawings in points; the page leaves 182 mm between its margins."""

MOST_REASONS = 8
MOST_QUEUES = 6
MOST_STAGES = 6
MOST_TILES = 5


def monthly_summary(row: MonthlySummaryRow, language: str) -> bytes:
    """Return the summary as PDF; longer tables are cut to their biggest rows so that it stays one page.

    Raises MissingGlyphs if a character cannot be printed.
    """
    queues, stages = row.backlog[:MOST_QUEUES], row.stages[:MOST_STAGES]
    images = {
        "flow.svg": svg_charts.flow_per_day(row.days, language=language, **WIDE),
        "backlog.svg": svg_charts.backlog_by_age(queues, language=language, **HALF),
        "stages.svg": svg_charts.stage_times(stages, language=language, **HALF),
    }
    reasons = tables.outcomes_by_reason(row.reasons, language=language)
    html = pdf.document(
        "monthly_summary.html",
        language=language,
        row=row,
        tiles=row.tiles[:MOST_TILES],
        month=dates.month(row.month, language),
        made_at=dates.minute(row.made_at, language),
        backlog=tables.backlog_by_age(queues, language=language),
        stages=tables.stage_times(stages, language=language),
        reasons=tables.Table(reasons.headers, reasons.rows[:MOST_REASONS]),
        totals=[sum(getattr(day, name) for day in row.days) for name in ("received", "decided", "posted")],
    )
    title = text("summary.title", language)
    drawn = "".join(content.decode() for content in images.values())
    css = pdf.style("paper.css", "monthly_summary.css")
    return pdf.render(html, css=css, number=title, recipient=dates.month(row.month, language), images=images, also=drawn)
