"""The words of one label as lines: what stands beside what, wrapped and shrunk in steps until all fits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from reports.labels.designs import Join, Size
from reports.labels.filling import Filled, FilledLine, FilledPart
from reports.labels.rows import LabelStock
from reports.labels.styles import Align, LabelStyle
from reports.pdf.pages import TextRun
from reports.text import directions, measuring
from reports.text.line_breaking import MM_PER_POINT, units, wrap

STEPS = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.53)
"""Shrinking of the texts; the last leaves the address of a sheet label at 5.3 points."""

LEAST_STEPS = {Size.POSTCODE: 0.58}
"""Sizes that do not shrink as far as the rest."""

BESIDE = "   "
"""Between two parts on one line."""

FOOT_STEPS = (1.0, 0.75)
"""Shrinking of number and sender, only where the address needs their room."""


@dataclass(frozen=True)
class Span:
    """Words in one size; `is_bold` for postcode, name and number."""

    text: str
    points: float
    is_bold: bool = False

    @property
    def weight(self) -> str:
        """Return the weight of the face."""
        return "bold" if self.is_bold else "regular"

    @property
    def parts(self) -> tuple["Span", ...]:
        """Return the parts that run one way, from left to right."""
        return tuple(replace(self, text=part) for part in directions.parts(self.text))

    @cached_property
    def width_mm(self) -> float:
        """Return the width of the words on paper."""
        return measuring.width(self.text, weight=self.weight) * self.points * MM_PER_POINT

    @cached_property
    def reach_mm(self) -> tuple[float, float]:
        """Return the room that the words need above and below their baseline."""
        above, below = measuring.reach(self.text)
        return above * self.points * MM_PER_POINT, below * self.points * MM_PER_POINT


@dataclass(frozen=True)
class Line:
    """Words on one baseline; `air_mm` of blank above them."""

    spans: tuple[Span, ...]
    align: Align = Align.LEFT
    air_mm: float = 0.0

    @cached_property
    def reach_mm(self) -> tuple[float, float]:
        """Return the room that the line needs above and below its baseline, the air not counted."""
        reaches = [span.reach_mm for span in self.spans]
        return max(above for above, _ in reaches), max(below for _, below in reaches)

    @property
    def height_mm(self) -> float:
        """Return the whole height of the line."""
        return self.air_mm + sum(self.reach_mm)

    @cached_property
    def width_mm(self) -> float:
        """Return the width of all words."""
        return sum(span.width_mm for span in self.spans)


@dataclass(frozen=True)
class FittedText:
    """The lines above and below the bars of one label, and the height of the bars; all lengths in millimetres."""

    head: list[Line]
    foot: list[Line]
    room_mm: float
    """Height between the inner margins that head and bars may take."""
    bar_height_mm: float


def fitted(words: Filled, style: LabelStyle, stock: LabelStock) -> FittedText | None:
    """Return the texts in the biggest type that the cell has room for, None if the smallest is too big.

    No word for the post stands in smaller type than the stock allows; the parcel number, which is the office's own, may.
    """
    inner = stock.cell_width_mm - 2 * style.margin_x
    for step in FOOT_STEPS:
        below = foot(words, style, inner, step)
        if smallest(below, but_bold=True) < stock.least_points:
            continue
        room = stock.cell_height_mm - 2 * style.margin_y - (3 if style.rule else 2) * style.gap - height(below)
        above = _best(words, style, inner, room, stock.least_points)
        if above:
            is_high = room - style.bar_height - height(above) >= -0.001
            return FittedText(above, below, room, style.bar_height if is_high else style.low_bar_height)
    return None


def _best(words: Filled, style: LabelStyle, inner: float, room: float, least: float) -> list[Line]:
    """Return the lines in the biggest size that fits, or one of the next few if it saves lines; none if none fits."""
    fitting: list[tuple[int, int, list[Line]]] = []
    for index, step in enumerate(STEPS):
        if index >= style.tidy_steps and fitting:
            break
        lines = head(words, style, inner, step)
        bar_height = style.bar_height if index < 4 else style.low_bar_height
        if smallest(lines) < least:
            continue
        if height(lines) + bar_height <= room:
            fitting.append((len(lines), index, lines))
            if len(lines) <= words.untorn:
                break  # nothing is torn; smaller type would only be smaller
    _, _, lines = min(fitting, key=lambda found: found[:2], default=(0, 0, []))
    return lines


def head(words: Filled, style: LabelStyle, inner: float, step: float) -> list[Line]:
    """Return what stands above the symbol, shrunk by `step`, each line at most `inner` mm wide."""
    lines: list[Line] = []
    for one in words.head:
        lines += _aired(_joined(one, style, inner, step), style.air if one.has_air and lines else 0.0)
    return lines


def _aired(lines: list[Line], air: float) -> list[Line]:
    return [Line(line.spans, line.align, air if index == 0 else 0.0) for index, line in enumerate(lines)]


def _joined(line: FilledLine, style: LabelStyle, inner: float, step: float) -> list[Line]:
    """The parts of a line on one line if there is room, else one below the other."""
    lines = _part(line.parts[0], style, inner, step)
    for part in line.parts[1:]:
        beside = _beside(lines[-1], part, line.join, _points(part, style, step), inner) if len(part.lines) == 1 else None
        lines = [*lines[:-1], beside] if beside else lines + _part(part, style, inner, step)
    return lines


def _beside(last: Line, part: FilledPart, join: Join, points: float, inner: float) -> Line | None:
    """The line with the part at its end; None where it has no room."""
    if join == Join.BELOW or last.align != Align.LEFT:
        return None
    words = part.lines[0] if join == Join.SPREAD else BESIDE + part.lines[0]
    span, gap = Span(words, points, part.is_bold), points * MM_PER_POINT if join == Join.SPREAD else 0.0
    if last.width_mm + span.width_mm + gap > inner:
        return None
    return Line((*last.spans, span), Align.SPREAD if join == Join.SPREAD else Align.LEFT)


def _points(part: FilledPart, style: LabelStyle, step: float) -> float:
    return round(float(getattr(style, part.size)) * max(step, LEAST_STEPS.get(part.size, 0.0)), 1)


def _part(part: FilledPart, style: LabelStyle, inner: float, step: float) -> list[Line]:
    points = _points(part, style, step)
    if part.stays_whole:
        return [Line((span,)) for words in part.lines for span in _name(words, points, inner)]
    return [line for words in part.lines for line in plain(words, points, inner, is_bold=part.is_bold)]


def _name(name: str, points: float, inner: float) -> list[Span]:
    """Set the name on one line if three quarters of its size are enough for that, else wrap it, unbroken if it can."""
    for step in (1.0, 0.9, 0.8, 0.75):
        whole = Span(name, round(points * step, 1), is_bold=True)
        if whole.width_mm <= inner:
            return [whole]
    widest = max(measuring.width(unit.rstrip(), weight="bold") for unit in units(name)) * MM_PER_POINT
    size = next((size for size in (points, points * 0.85, points * 0.7) if widest * size <= inner), points)
    size = round(size - 0.05, 1)
    return [Span(piece, size, is_bold=True) for piece in wrap(name, points=size, width_mm=inner, weight="bold")]


def foot(words: Filled, style: LabelStyle, inner: float, step: float = 1.0) -> list[Line]:
    """Return number and sender: on one line if they fit, else the sender below, in a slightly smaller size if that saves a line."""
    number = Span(words.number, round(style.number * step, 1), is_bold=True)
    if number.width_mm > inner:
        number = Span(words.number, round(number.points * inner / number.width_mm - 0.05, 1), is_bold=True)
    if not words.foot:
        return [Line((number,), style.number_align)]
    sizes = [round(style.sender * step * smaller, 1) for smaller in (1.0, 0.93, 0.86)]
    wholes = [Span(words.foot, points) for points in sizes]
    if style.number_align == Align.LEFT:
        for whole in wholes[:2]:
            if number.width_mm + whole.width_mm + 3 <= inner:
                return [Line((number, whole), Align.SPREAD)]
    points = next((whole.points for whole in wholes if whole.width_mm <= inner), sizes[-1])
    return [Line((number,), style.number_align), *plain(words.foot, points, inner)]


def placed(lines: Iterable[Line], left: float, top: float, inner: float) -> Iterator[TextRun]:
    """Yield the words of `lines` with their places, from that corner down, `inner` millimetres wide."""
    for line in lines:
        baseline = top + line.air_mm + line.reach_mm[0]
        free = inner - line.width_mm
        x = left + (free / 2 if line.align == Align.CENTRE else 0)
        for index, span in enumerate(line.spans):
            if index and line.align == Align.SPREAD:
                x += free
            for part in span.parts:
                yield TextRun(part.text, part.points, part.is_bold, x, baseline)
                x += part.width_mm
        top += line.height_mm


def height(lines: Iterable[Line]) -> float:
    """Return the height of lines one below the other."""
    return sum(line.height_mm for line in lines)


def smallest(lines: Iterable[Line], *, but_bold: bool = False) -> float:
    """Return the smallest type of the words in `lines`, of those that are not bold if `but_bold`; infinity for none."""
    return min((span.points for line in lines for span in line.spans if not (but_bold and span.is_bold)), default=float("inf"))


def plain(words: str, points: float, inner: float, *, is_bold: bool = False) -> list[Line]:
    """Return `words` in one size, wrapped into lines of at most `inner` mm."""
    pieces = wrap(words, points=points, width_mm=inner, weight="bold" if is_bold else "regular")
    return [Line((Span(piece, points, is_bold),)) for piece in pieces]
