"""The words of one label as lines: sizes, wrapping, what stands beside what."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from reports.labels.rows import LabelRow, LabelStock
from reports.text import measuring
from reports.text.line_breaking import MM_PER_POINT, units, wrap
from reports.text.words import text


class Align(StrEnum):
    """Where the words of a line stand."""

    LEFT = "left"
    CENTRE = "centre"
    SPREAD = "spread"
    """The first words at the left, the last ones at the right edge."""


@dataclass(frozen=True)
class LabelStyle:
    """Type sizes in points and lengths in millimetres for labels of one format."""

    margin_x: float
    margin_y: float
    address: float
    recipient: float
    postcode: float
    number: float
    sender: float
    bar_height: float
    low_bar_height: float
    widest_module: float
    gap: float
    tidy_steps: int
    """Among so many first steps, one that needs fewer lines is preferred to a bigger one with a torn address."""
    rule: float = 0.0
    """Thickness of the line above the bars, none if 0."""
    air: float = 0.0
    """Blank that sets off the postcode and the name."""
    number_align: Align = Align.LEFT


SHEET = LabelStyle(
    margin_x=3.5, margin_y=2.4, address=10, recipient=12.5, postcode=11, number=7.5, sender=7,
    bar_height=7.5, low_bar_height=6, widest_module=0.339, gap=0.8, tidy_steps=4,
)  # fmt: skip
PARCEL = LabelStyle(
    margin_x=6, margin_y=6, address=21, recipient=34, postcode=42, number=17, sender=12,
    bar_height=28, low_bar_height=18, widest_module=0.508, gap=3, tidy_steps=1, rule=0.35, air=5, number_align=Align.CENTRE,
)  # fmt: skip


def style_for(stock: LabelStock) -> LabelStyle:
    """Return the type sizes for labels of `stock`."""
    return PARCEL if stock.cell_height_mm >= 80 else SHEET


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


def words_of(row: LabelRow, language: str) -> tuple[str, ...]:
    """Return all texts of the label, those around name and sender included."""
    name = text("label.recipient", language, name=row.recipient)
    sender = text("label.sender", language, sender=row.sender)
    return (row.parcel_number, name, row.postcode, *row.address_lines, row.phone_masked, sender, row.service)


def head(row: LabelRow, style: LabelStyle, inner: float, language: str, step: float) -> list[Line]:
    """Return postcode, address and name of the cleaned `row`, shrunk by `step`, each line at most `inner` mm wide."""
    points = round(style.address * step, 1)
    lines = _postcode(row, style, points, inner, step)
    address = [line for words in row.address_lines for line in _plain(words, points, inner)]
    return lines + _aired(address, style.air if lines else 0) + _aired(_recipient(row, style, points, inner, language, step), style.air)


def _aired(lines: list[Line], air: float) -> list[Line]:
    return [Line(line.spans, line.align, air if index == 0 else 0.0) for index, line in enumerate(lines)]


def _postcode(row: LabelRow, style: LabelStyle, points: float, inner: float, step: float) -> list[Line]:
    if not row.postcode:
        return _plain(row.service, points, inner)
    postcode = Span(row.postcode, round(style.postcode * max(step, 0.58), 1), is_bold=True)
    if not row.service:
        return [Line((postcode,))]
    service = Span(row.service, points)
    if postcode.width_mm + service.width_mm + points * MM_PER_POINT <= inner:
        return [Line((postcode, service), Align.SPREAD)]
    return [Line((postcode,)), *_plain(row.service, points, inner)]


def _recipient(row: LabelRow, style: LabelStyle, points: float, inner: float, language: str, step: float) -> list[Line]:
    called = _name(text("label.recipient", language, name=row.recipient), round(style.recipient * step, 1), inner)
    lines = [Line((span,)) for span in called]
    if not row.phone_masked:
        return lines
    phone = Span("   " + row.phone_masked, points)
    if called[-1].width_mm + phone.width_mm <= inner:
        return [*lines[:-1], Line((called[-1], phone))]
    return [*lines, *_plain(row.phone_masked, points, inner)]


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
    return [Line((number,), style.number_align), *_plain(sender, points, inner)]


def _plain(words: str, points: float, inner: float) -> list[Line]:
    return [Line((Span(piece, points),)) for piece in wrap(words, points=points, width_mm=inner)]
