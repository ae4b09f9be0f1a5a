"""The month on one A4 page: figures, three charts and the tables behind them."""

from reports.charts import paper
from reports.documents import page_fit
from reports.documents.rows import MonthlySummaryRow
from reports.pdf import renderer
from reports.text import dates
from reports.text.words import text

DRAWING = page_fit.PAGE[0] - 5.6 * page_fit.MM - 1.2
HALF_DRAWING = page_fit.HALF - 5.6 * page_fit.MM - 1.2
"""Widths of the drawings in points: the page, or half of it, without the frame around a drawing."""


def monthly_summary(row: MonthlySummaryRow, language: str) -> bytes:
    """Return the summary as PDF; in a month with long tables only their first or biggest rows are on the page.

    Raises MissingGlyphs if a character cannot be printed.
    """
    page = page_fit.fitted(row, language)
    fit, half = page.fit, (HALF_DRAWING, page.fit.half_height)
    images = {
        "flow.svg": paper.flow_per_day(row.days, language=language, size=(DRAWING, fit.flow_height)),
        "backlog.svg": paper.backlog_by_age(row.backlog[: fit.queues], language=language, size=half),
        "stages.svg": paper.stage_times(row.stages[: fit.queues], language=language, size=half),
    }
    html = renderer.document(
        "documents/monthly_summary.html",
        language=language,
        page=page,
        month=dates.month(row.month, language),
        made_at=dates.minute(row.made_at, language),
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
