"""Small static charts as SVG for printed pages, drawn from the same rows as the Plotly ones."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from reports.charts.series import AGE_BANDS, LINES, STAGE_BARS, THEMES
from reports.tables.rows import BacklogRow, DayCount, StageTime
from reports.text import measuring
from reports.text.characters import clean
from reports.text.words import text

COLOURS = THEMES["light"]
SIZE = 7.5
"""Type size; the drawings are in points, one unit a point, and `size` is their width and height."""


def flow_per_day(days: Sequence[DayCount], *, language: str, size: tuple[float, float]) -> bytes:
    """Return received, decided and posted per day as three lines with a legend."""
    width, height = size
    left, right, top, bottom = 26.0, 4.0, 16.0, 14.0
    ceiling = nice_ceiling(max((max(row.received, row.decided, row.posted) for row in days), default=0))
    step = (width - left - right) / max(1, len(days) - 1)

    def y(value: float) -> float:
        return top + (height - top - bottom) * (1 - value / ceiling)

    parts = [
        _grid(ceiling, y, left, width - right),
        _legend([(f"chart.{line.name}", COLOURS[line.name], line.svg_dash) for line in LINES], language),
    ]
    for line in LINES:
        points = " ".join(f"{left + i * step:.1f},{y(getattr(row, line.name)):.1f}" for i, row in enumerate(days))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{COLOURS[line.name]}" stroke-width="1.3" '
            f'stroke-linejoin="round" stroke-linecap="round" stroke-dasharray="{line.svg_dash}"/>'
        )
    for index, row in enumerate(days):
        if row.day.day in (1, 5, 10, 15, 20, 25) or len(days) <= 12:
            parts.append(_words(left + index * step, height - 3, str(row.day.day), anchor="middle"))
    return _svg(parts, width, height)


def backlog_by_age(queues: Sequence[BacklogRow], *, language: str, size: tuple[float, float]) -> bytes:
    """Return open cases by queue as stacked bars with their totals."""
    width, height = size
    left = 6 + max((_width(row.queue) for row in queues), default=0)
    left, right, top = min(left, width * 0.42), 24.0, 18.0
    most = max((row.total for row in queues), default=0) or 1
    pitch = (height - top) / max(1, len(queues))
    thick = min(12.0, pitch * 0.62)
    parts = [_legend([(band.key, COLOURS[band.key], "box") for band in AGE_BANDS], language)]
    for index, row in enumerate(queues):
        x, y = left, top + index * pitch + (pitch - thick) / 2
        parts.append(_words(left - 4, y + thick / 2 + 2.7, _short(row.queue, left - 5), anchor="end"))
        for band in AGE_BANDS:
            length = getattr(row, band.field) / most * (width - left - right)
            parts.append(_box(x, y, length, thick, COLOURS[band.key]))
            x += length
        parts.append(_words(x + 3, y + thick / 2 + 2.7, f"{row.total:,}", weight=700))
    return _svg(parts, width, height)


def stage_times(stages: Sequence[StageTime], *, language: str, size: tuple[float, float]) -> bytes:
    """Return working days by stage: a bar for the middle case, a lighter one for the slowest tenth."""
    width, height = size
    left, right, top = min(6 + max((_width(row.stage) for row in stages), default=0), width * 0.42), 22.0, 18.0
    most = max((value for row in stages for value in (row.p50_days, row.p90_days) if value), default=0) or 1
    pitch = (height - top) / max(1, len(stages))
    thick = min(6.5, pitch * 0.36)
    parts = [_legend([(f"chart.{name}", COLOURS[name], "box") for name in STAGE_BARS], language)]
    for index, row in enumerate(stages):
        middle = top + (index + 0.5) * pitch
        parts.append(_words(left - 4, middle + 2.7, _short(row.stage, left - 5), anchor="end"))
        for place, name in enumerate(STAGE_BARS):
            value = getattr(row, f"{name}_days")
            y = middle - thick + place * thick
            length = (value or 0) / most * (width - left - right)
            parts.append(_box(left, y, length, thick, COLOURS[name]))
            shown = "–" if value is None else f"{value:.1f}"
            parts.append(_words(left + length + 3, y + thick / 2 + 2.3, shown, size=6.5))
    return _svg(parts, width, height)


def nice_ceiling(most: float) -> float:
    """Return the next number from 4 on that holds `most` and falls into four round parts."""
    power = 1.0
    while True:
        for factor in (4, 6, 8, 12, 16, 20, 24, 32):
            if factor * power >= most:
                return factor * power
        power *= 10


def _grid(ceiling: float, y, left: float, right: float) -> str:
    values = [ceiling * quarter / 4 for quarter in range(5)]
    lines = [
        f'<line x1="{left}" x2="{right}" y1="{y(v):.1f}" y2="{y(v):.1f}" stroke="{COLOURS["grid"]}" stroke-width="0.6"/>' for v in values
    ]
    return "".join(lines + [_words(left - 4, y(value) + 2.6, f"{value:,.0f}", anchor="end") for value in values])


def _legend(entries: Sequence[tuple[str, str, str]], language: str) -> str:
    parts, x = [], 0.0
    for key, colour, kind in entries:
        words = text(key, language)
        if kind == "box":
            parts.append(_box(x, 1.5, 7, 7, colour))
        else:
            parts.append(f'<line x1="{x}" x2="{x + 14}" y1="5" y2="5" stroke="{colour}" stroke-width="1.5" stroke-dasharray="{kind}"/>')
        sample = 10.0 if kind == "box" else 17.0
        parts.append(_words(x + sample, 7.8, words))
        x += sample + _width(words) + 10
    return "".join(parts)


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{colour}"/>'


def _words(x: float, y: float, words: str, *, anchor: str = "start", size: float = SIZE, weight: int = 400) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{COLOURS["text"]}" font-family="Print" '
        f'font-size="{size}" font-weight="{weight}">{escape(clean(words))}</text>'
    )


def _width(words: str) -> float:
    return measuring.width(clean(words)) * SIZE


def _short(words: str, room: float) -> str:
    """Cut a name that is too long for its column; the table beside the chart has it whole."""
    if _width(words) <= room:
        return words
    return next(f"{words[:end]}…" for end in range(len(words), -1, -1) if _width(f"{words[:end]}…") <= room or end == 0)


def _svg(parts: Sequence[str], width: float, height: float) -> bytes:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}pt" height="{height}pt">'
    return (head + "".join(parts) + "</svg>").encode("utf-8")
