"""What of a month goes on one page: every text is broken into its lines here, so heights are known before anything is printed.

Lengths are points. They follow documents/monthly_summary.css, where no line wraps by itself; the tests print what just fits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.documents.rows import MonthlySummaryRow
from reports.tables import chart_tables
from reports.tables.chart_tables import Table
from reports.text.characters import clean
from reports.text.line_breaking import MM_PER_POINT, wrap
from reports.text.words import text

MM = 1 / MM_PER_POINT
PAGE = (182 * MM, 272 * MM)
"""What is left of an A4 page between its margins."""

HALF = (PAGE[0] - 3.5 * MM) / 2
TABLE_SIZE, TABLE_LINE, ROW_AIR = 7.8, 10.14, 1.5 * MM + 0.6
SMALL, SMALL_LINE = 8.0, 11.2
REMARK, REMARK_LINE = 8.5, 11.9
HEADING = 9.5 * 1.25 + 1.6 * MM
SPARE = 0.97
"""Share of a width that is filled: kerning and equally wide figures make a line a little longer than it was measured."""

MOST_TILES = 5
MOST_LINES = 3
"""Lines of one text; more is cut with an ellipsis."""

Lines = tuple[str, ...]


@dataclass(frozen=True)
class Fit:
    """How much goes on the page: rows of the tables, remarks, and heights of the drawings."""

    queues: int
    reasons: int
    remarks: int
    flow_height: float
    half_height: float


FITS = (Fit(6, 8, 6, 138, 118), Fit(5, 6, 4, 118, 104), Fit(4, 4, 3, 100, 90), Fit(3, 3, 2, 84, 76))
"""The first that leaves one page is taken; the last does so whatever the texts are."""


@dataclass(frozen=True)
class FittedTable:
    """A table whose cells are lines; `widths` are the shares of its columns in per cent."""

    widths: tuple[float, ...]
    headers: tuple[Lines, ...]
    rows: tuple[tuple[Lines, ...], ...]

    @property
    def height(self) -> float:
        """Return the height with the heading above it and the blank below it."""
        lines = [max(map(len, cells), default=1) for cells in (self.headers, *self.rows)]
        return HEADING + sum(count * TABLE_LINE + ROW_AIR for count in lines) + 3 * MM


@dataclass(frozen=True)
class FittedPage:
    """All that is on the page, in lines."""

    fit: Fit
    scope: Lines
    tiles: tuple[tuple[Lines, str, Lines, bool | None], ...]
    backlog: FittedTable
    stages: FittedTable
    reasons: FittedTable
    remarks: tuple[Lines, ...]
    footnote: Lines

    @property
    def height(self) -> float:
        """Return how high the page gets."""
        return sum(self._heights())

    def _heights(self) -> Iterator[float]:
        yield max(8.5 * 1.4 + 1 * MM + 18 * 1.25, (len(self.scope) + 1) * SMALL_LINE) + 6.5 * MM + 0.8
        words = [len(label) + len(change) for label, _, change, _ in self.tiles]
        yield (max(words) * SMALL_LINE + 17 * 1.2 + 3.8 * MM + 1.2 if words else 0) + 4 * MM
        for drawing in (self.fit.flow_height, self.fit.half_height):
            yield drawing + HEADING + 4.4 * MM + 1.2 + 3.5 * MM
        yield 0.5 * MM + max(self.backlog.height, self.stages.height)
        remarks = HEADING + sum(len(lines) * REMARK_LINE + 0.8 * MM for lines in self.remarks) + 3 * MM
        yield max(self.reasons.height, remarks)
        yield 1 * MM + len(self.footnote) * 10.5


def fitted(row: MonthlySummaryRow, language: str) -> FittedPage:
    """Return the page with the first of FITS that leaves one page."""
    pages = (_page(row, language, fit) for fit in FITS)
    return next((page for page in pages if page.height <= PAGE[1]), _page(row, language, FITS[-1]))


def _page(row: MonthlySummaryRow, language: str, fit: Fit) -> FittedPage:
    tile = (PAGE[0] - (MOST_TILES - 1) * 3 * MM) / max(1, min(len(row.tiles), MOST_TILES)) - 5.6 * MM - 1.2
    reasons = chart_tables.outcomes_by_reason(row.reasons, language=language)
    return FittedPage(
        fit=fit,
        scope=_lines(row.scope, PAGE[0] * 0.45, SMALL),
        tiles=tuple(
            (_lines(each.label, tile, SMALL), each.value, _lines(each.change or "–", tile, SMALL), each.is_good)
            for each in row.tiles[:MOST_TILES]
        ),
        backlog=_table(chart_tables.backlog_by_age(row.backlog[: fit.queues], language=language), (0.26, 0.15, 0.14, 0.15, 0.17, 0.13)),
        stages=_table(chart_tables.stage_times(row.stages[: fit.queues], language=language), (0.36, 0.25, 0.25, 0.14)),
        reasons=_table(Table(reasons.headers, reasons.rows[: fit.reasons]), (0.22, 0.5, 0.13, 0.15)),
        remarks=tuple(_lines(remark, HALF - 3 * MM, REMARK) for remark in row.remarks[: fit.remarks]),
        footnote=_lines(text("summary.footnote", language), PAGE[0], 7.5),
    )


def _table(table: Table, widths: Sequence[float]) -> FittedTable:
    rooms = [width * HALF - 2 * MM for width in widths]
    headers, *rows = (
        tuple(_lines(value, room, TABLE_SIZE) for value, room in zip(cells, rooms, strict=True)) for cells in (table.headers, *table.rows)
    )
    return FittedTable(tuple(round(100 * width, 2) for width in widths), headers, tuple(rows))


def _lines(value: object, width: float, points: float) -> Lines:
    """Break a text into at most MOST_LINES lines of `width`."""
    words = clean("–" if value is None else str(value))
    lines = wrap(words, points=points, width_mm=width * SPARE * MM_PER_POINT)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1][:-1]}…"]
    return tuple(lines)
