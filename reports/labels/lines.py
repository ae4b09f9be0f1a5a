"""The words of one label as lines: what stands beside what, wrapped and shrunk in steps until all fits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from reports.labels.rows import LabelRow, LabelStock
from reports.labels.styles import Align, LabelStyle
from reports.pdf.pages import TextRun
from reports.text import directions, measuring
from reports.text.line_breaking import MM_PER_POINT, units, wrap
from reports.text.words import text

STEPS = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.53)
"""Shrinking of the texts; the last leaves the address of a sheet label at 5.3 points."""

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


def fitted(row: LabelRow, style: LabelStyle, stock: LabelStock, *, language: str) -> FittedText | None:
    """Return the texts of the cleaned `row` in the biggest type that the cell has room for, None if the smallest is too big.

    No word for the post stands in smaller type than the stock allows; the parcel number, which is the office's own, may.
    """
    inner = stock.cell_width_mm - 2 * style.margin_x
    for step in FOOT_STEPS:
        below = foot(row, style, inner, language, step)
        if smallest(below, but_bold=True) < stock.least_points:
            continue
        room = stock.cell_height_mm - 2 * style.margin_y - (3 if style.rule else 2) * style.gap - height(below)
        above = _best(row, style, inner, room, language, stock.least_points)
        if above:
            is_high = room - style.bar_height - height(above) >= -0.001
            return FittedText(above, below, room, style.bar_height if is_high else style.low_bar_height)
    return None


def _best(row: LabelRow, style: LabelStyle, inner: float, room: float, language: str, least: float) -> list[Line]:
    """Return the lines in the biggest size that fits, or one of the next few if it saves lines; none if none fits."""
    fitting: list[tuple[int, int, list[Line]]] = []
    for index, step in enumerate(STEPS):
        if index >= style.tidy_steps and fitting:
            break
        lines = head(row, style, inner, language, step)
        bar_height = style.bar_height if index < 4 else style.low_bar_height
        if smallest(lines) < least:
            continue
        if height(lines) + bar_height <= room:
            fitting.append((len(lines), index, lines))
            if len(lines) <= len(row.address_lines) + 2:
                break  # nothing is torn; smaller type would only be smaller
    _, _, lines = min(fitting, key=lambda found: found[:2], default=(0, 0, []))
    return lines


def head(row: LabelRow, style: LabelStyle, inner: float, language: str, step: float) -> list[Line]:
    """Return postcode, address and name of the cleaned `row`, shrunk by `step`, each line at most `inner` mm wide."""
    points = round(style.address * step, 1)
    lines = _postcode(row, style, points, inner, step)
    address = [line for words in row.address_lines for line in plain(words, points, inner)]
    return lines + _aired(address, style.air if lines else 0) + _aired(_recipient(row, style, points, inner, language, step), style.air)


def _aired(lines: list[Line], air: float) -> list[Line]:
    return [Line(line.spans, line.align, air if index == 0 else 0.0) for index, line in enumerate(lines)]


def _postcode(row: LabelRow, style: LabelStyle, points: float, inner: float, step: float) -> list[Line]:
    if not row.postcode:
        return plain(row.service, points, inner)
    postcode = Span(row.postcode, round(style.postcode * max(step, 0.58), 1), is_bold=True)
    if not row.service:
        return [Line((postcode,))]
    service = Span(row.service, points)
    if postcode.width_mm + service.width_mm + points * MM_PER_POINT <= inner:
        return [Line((postcode, service), Align.SPREAD)]
    return [Line((postcode,)), *plain(row.service, points, inner)]


def _recipient(row: LabelRow, style: LabelStyle, points: float, inner: float, language: str, step: float) -> list[Line]:
    called = _name(text("label.recipient", language, name=row.recipient), round(style.recipient * step, 1), inner)
    lines = [Line((span,)) for span in called]
    if not row.phone_masked:
        return lines
    phone = Span("   " + row.phone_masked, points)
    if called[-1].width_mm + phone.width_mm <= inner:
        return [*lines[:-1], Line((called[-1], phone))]
    return [*lines, *plain(row.phone_masked, points, inner)]


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


def foot(row: LabelRow, style: LabelStyle, inner: float, language: str, step: float = 1.0) -> list[Line]:
    """Return number and sender: on one line if they fit, else the sender below, in a slightly smaller size if that saves a line."""
    number = Span(row.parcel_number, round(style.number * step, 1), is_bold=True)
    if number.width_mm > inner:
        number = Span(row.parcel_number, round(number.points * inner / number.width_mm - 0.05, 1), is_bold=True)
    if not row.sender:
        return [Line((number,), style.number_align)]
    sender = text("label.sender", language, sender=row.sender)
    sizes = [round(style.sender * step * smaller, 1) for smaller in (1.0, 0.93, 0.86)]
    wholes = [Span(sender, points) for points in sizes]
    if style.number_align == Align.LEFT:
        for whole in wholes[:2]:
            if number.width_mm + whole.width_mm + 3 <= inner:
                return [Line((number, whole), Align.SPREAD)]
    points = next((whole.points for whole in wholes if whole.width_mm <= inner), sizes[-1])
    return [Line((number,), style.number_align), *plain(sender, points, inner)]


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


def plain(words: str, points: float, inner: float) -> list[Line]:
    """Return `words` in one size, wrapped into lines of at most `inner` mm."""
    return [Line((Span(piece, points),)) for piece in wrap(words, points=points, width_mm=inner)]
