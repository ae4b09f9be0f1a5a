"""Fits the texts of one label into its cell: wraps, shrinks in steps, and never leaves the inner margin."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports import glyphs
from reports.barcodes import Barcode, BarcodeTooWide, code128
from reports.line_breaking import MM_PER_POINT, units, wrap
from reports.rows import MAX_ADDRESS, MAX_NAME, LabelRow, LabelStock
from reports.texts import text

LINE = 1.25
"""Line height as a multiple of the type size."""


class LabelDoesNotFit(ValueError):
    """A label whose texts are longer than its cell can hold at the smallest legible size; its words name no person."""

    def __init__(self, parcel_number: str, recipient: str, reason: str):
        self.parcel_number, self.recipient, self.reason = parcel_number, recipient, reason
        super().__init__(f"{parcel_number}: {reason}")


@dataclass(frozen=True)
class LabelStyle:
    """Type sizes in points and lengths in millimetres for labels of one format."""

    margin_x: float
    margin_y: float
    address: float
    recipient: float
    postcode: float
    foot: float
    bar_height: float
    low_bar_height: float
    widest_module: float
    gap: float
    rule: float = 0.0
    """Thickness of the line above the bars, none if 0."""
    has_air: bool = False
    """Blank lines set off the postcode and the name."""


SHEET = LabelStyle(
    margin_x=3.5, margin_y=2.4, address=10, recipient=12.5, postcode=0, foot=7,
    bar_height=7.5, low_bar_height=6, widest_module=0.339, gap=0.8,
)  # fmt: skip
PARCEL = LabelStyle(
    margin_x=6, margin_y=6, address=19, recipient=28, postcode=32, foot=12,
    bar_height=24, low_bar_height=18, widest_module=0.508, gap=3, rule=0.35, has_air=True,
)  # fmt: skip

STEPS = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.53)
"""Shrinking of the texts; the last leaves the address of a sheet label at 5.3 points."""

TIDY_STEPS = 4
"""Among this many first steps, one that needs fewer lines is preferred to a bigger one with a torn address."""


@dataclass(frozen=True)
class Span:
    """Words of one kind: `plain` in the size of the label, `name` and `code` in bold and their own size."""

    text: str
    points: float
    kind: str = "plain"

    @property
    def weight(self) -> str:
        """Return the weight of the face."""
        return "regular" if self.kind == "plain" else "bold"

    @property
    def width_mm(self) -> float:
        """Return the width of the words on paper."""
        return glyphs.width(self.text, weight=self.weight) * self.points * MM_PER_POINT


Line = tuple[Span, ...]


@dataclass(frozen=True)
class Layout:
    """One label: its lines from the top margin down, its foot up from the bottom margin, its bars in between."""

    points: float
    lines: tuple[Line, ...]
    foot_points: float
    foot: tuple[str, ...]
    code: Barcode
    bars_left_mm: float
    bars_top_mm: float
    bar_height_mm: float

    @property
    def sizes(self) -> set[float]:
        """Return the type sizes in use."""
        return {self.points, self.foot_points, *(span.points for line in self.lines for span in line)}


def style_for(stock: LabelStock) -> LabelStyle:
    """Return the type sizes for labels of `stock`."""
    return PARCEL if stock.cell_height_mm >= 80 else SHEET


def lay_out(row: LabelRow, stock: LabelStock, *, language: str) -> Layout:
    """Return the label for `row`; raises LabelDoesNotFit with the reason."""
    _check_texts(row)
    row = _cleaned(row)
    style = style_for(stock)
    inner = stock.cell_width_mm - 2 * style.margin_x
    code = _code(row, stock, style)
    foot_points, foot = _foot(row, style, inner, language)
    room = stock.cell_height_mm - 2 * style.margin_y - 2 * style.gap - len(foot) * _height(foot_points)
    points, lines = _best(row, style, inner, room, language)
    free = room - style.bar_height - _lines_height(lines, points)
    bar_height = style.bar_height if free >= 0 else style.low_bar_height
    is_aligned = style.margin_x + code.width_mm + code.quiet_mm <= stock.cell_width_mm
    return Layout(
        points=points,
        lines=tuple(lines),
        foot_points=foot_points,
        foot=tuple(foot),
        code=code,
        bars_left_mm=style.margin_x if is_aligned else code.quiet_mm,
        bars_top_mm=style.margin_y + style.gap + room - bar_height,
        bar_height_mm=bar_height,
    )


def _best(row: LabelRow, style: LabelStyle, inner: float, room: float, language: str) -> tuple[float, list[Line]]:
    """Return the biggest size that fits, or one of the next few if it saves lines."""
    fitting: list[tuple[int, int, float, list[Line]]] = []
    for index, step in enumerate(STEPS):
        if index >= TIDY_STEPS and fitting:
            break
        points = round(style.address * step, 1)
        lines = _top(row, style, inner, language, step)
        bar_height = style.bar_height if index < TIDY_STEPS else style.low_bar_height
        if _lines_height(lines, points) + bar_height <= room:
            fitting.append((len(lines), index, points, lines))
            if len(lines) <= len(row.address_lines) + (4 if style.has_air else 2):
                break  # nothing is torn; smaller type would only be smaller
    if not fitting:
        raise LabelDoesNotFit(row.parcel_number, row.recipient, "name and address need more room than the cell has")
    _, _, points, lines = min(fitting, key=lambda found: found[:2])
    return points, lines


def _height(points: float) -> float:
    return points * LINE * MM_PER_POINT


def _lines_height(lines: list[Line], points: float) -> float:
    """Return the height of `lines`; none is lower than the size of the label asks for."""
    return sum(_height(max(points, *(span.points for span in line))) for line in lines)


def _check_texts(row: LabelRow) -> None:
    for reason in _faults(row):
        raise LabelDoesNotFit(row.parcel_number, row.recipient[:MAX_NAME], reason)


def _faults(row: LabelRow) -> Iterator[str]:
    if not glyphs.clean(row.recipient) or not glyphs.clean("".join(row.address_lines)):
        yield "name or address is empty"
    if len(row.recipient) > MAX_NAME:
        yield f"name over {MAX_NAME} characters"
    if sum(map(len, row.address_lines)) > MAX_ADDRESS or len(row.sender) > MAX_ADDRESS:
        yield f"address over {MAX_ADDRESS} characters"
    if any(len(words) > MAX_NAME for words in (row.postcode, row.phone_masked, row.service)):
        yield f"postcode, phone or service over {MAX_NAME} characters"


def _cleaned(row: LabelRow) -> LabelRow:
    return LabelRow(
        parcel_number=row.parcel_number,
        recipient=glyphs.clean(row.recipient),
        postcode=glyphs.clean(row.postcode),
        address_lines=tuple(glyphs.clean(words) for words in row.address_lines),
        phone_masked=glyphs.clean(row.phone_masked),
        sender=glyphs.clean(row.sender),
        service=glyphs.clean(row.service),
    )


def _code(row: LabelRow, stock: LabelStock, style: LabelStyle) -> Barcode:
    try:
        return code128(row.parcel_number, available_mm=stock.cell_width_mm, widest_mm=style.widest_module)
    except BarcodeTooWide as too_wide:
        raise LabelDoesNotFit(row.parcel_number, row.recipient, str(too_wide)) from too_wide


def _top(row: LabelRow, style: LabelStyle, inner: float, language: str, step: float) -> list[Line]:
    points = round(style.address * step, 1)
    lines = _beside(_postcode(row, style, points), row.service, points, inner)
    air: list[Line] = [(Span(" ", points),)] if style.has_air else []
    lines += air
    for words in row.address_lines:
        lines += _plain(words, points, inner)
    lines += air
    name = text("label.recipient", language, name=row.recipient)
    called = _name(name, round(style.recipient * step, 1), inner)
    lines += [(span,) for span in called[:-1]]
    return lines + _beside(called[-1], row.phone_masked, points, inner)


def _postcode(row: LabelRow, style: LabelStyle, points: float) -> Span:
    return Span(row.postcode, style.postcode, "code") if style.postcode else Span(row.postcode, points)


def _name(name: str, points: float, inner: float) -> list[Span]:
    """Set the name on one line if three quarters of its size are enough for that, else wrap it, unbroken if it can."""
    for step in (1.0, 0.9, 0.8, 0.75):
        whole = Span(name, round(points * step, 1), "name")
        if whole.width_mm <= inner:
            return [whole]
    widest = max(glyphs.width(unit.rstrip(), weight="bold") for unit in units(name)) * MM_PER_POINT
    size = next((size for size in (points, points * 0.85, points * 0.7) if widest * size <= inner), points)
    size = round(size - 0.05, 1)
    return [Span(piece, size, "name") for piece in wrap(name, points=size, width_mm=inner, weight="bold")]


def _foot(row: LabelRow, style: LabelStyle, inner: float, language: str) -> tuple[float, list[str]]:
    """Return size and lines of number and sender: on one line if they fit, else the sender below."""
    if not row.sender:
        return style.foot, [row.parcel_number]
    sender = text("label.sender", language, sender=row.sender)
    for points in (style.foot, style.foot * 0.9, style.foot * 0.8):
        whole = Span(f"{row.parcel_number}   {sender}", round(points, 1))
        if whole.width_mm <= inner:
            return whole.points, [whole.text]
    points = round(style.foot * 0.8, 1)
    return points, [row.parcel_number, *wrap(sender, points=points, width_mm=inner)]


def _beside(first: Span, words: str, points: float, inner: float) -> list[Line]:
    """Put `words` on the line of `first` if there is room, else on lines of their own."""
    if not words:
        return [(first,)] if first.text else []
    if not first.text:
        return _plain(words, points, inner)
    spaced = Span("   " + words, points)
    if first.width_mm + spaced.width_mm <= inner:
        return [(first, spaced)]
    return [(first,), *_plain(words, points, inner)]


def _plain(words: str, points: float, inner: float) -> list[Line]:
    return [(Span(piece, points),) for piece in wrap(words, points=points, width_mm=inner)]
