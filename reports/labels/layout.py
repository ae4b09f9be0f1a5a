"""Fits the texts of one label into its cell: wraps, shrinks in steps, and never leaves the inner margin."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from reports.barcodes.code128 import Barcode, BarcodeTooWide, code128
from reports.labels.lines import Align, LabelStyle, Line, Span, foot, head, style_for
from reports.labels.rows import MAX_ADDRESS, MAX_NAME, LabelRow, LabelStock
from reports.text import glyphs

STEPS = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.53)
"""Shrinking of the texts; the last leaves the address of a sheet label at 5.3 points."""

FOOT_STEPS = (1.0, 0.75)
"""Shrinking of number and sender, only where the address needs their room."""


class LabelDoesNotFit(ValueError):
    """A label whose texts are longer than its cell can hold at the smallest legible size; its words name no person."""

    def __init__(self, parcel_number: str, recipient: str, reason: str):
        self.parcel_number, self.recipient, self.reason = parcel_number, recipient, reason
        super().__init__(f"{parcel_number}: {reason}")


@dataclass(frozen=True, slots=True)
class PlacedSpan:
    """Words with the start of their baseline, in millimetres from the upper left corner of the cell; thousands are kept at once."""

    text: str
    points: float
    is_bold: bool
    x: float
    y: float

    @property
    def span(self) -> Span:
        """Return the words with their measures."""
        return Span(self.text, self.points, self.is_bold)


@dataclass(frozen=True, slots=True)
class Layout:
    """One label: its words from the top margin down, its foot up from the bottom margin, its bars in between."""

    points: float
    spans: tuple[PlacedSpan, ...]
    head_bottom_mm: float
    code: Barcode
    bars_left_mm: float
    bars_top_mm: float
    bar_height_mm: float


def lay_out(row: LabelRow, stock: LabelStock, *, language: str) -> Layout:
    """Return the label for `row`; raises LabelDoesNotFit with the reason."""
    for reason in _faults(row):
        raise LabelDoesNotFit(row.parcel_number, row.recipient[:MAX_NAME], reason)
    row, style = _cleaned(row), style_for(stock)
    inner = stock.cell_width_mm - 2 * style.margin_x
    code = _code(row, stock, style)
    for foot_step in FOOT_STEPS:
        below = foot(row, style, inner, language, foot_step)
        room = stock.cell_height_mm - 2 * style.margin_y - (3 if style.rule else 2) * style.gap - _height(below)
        points, above = _best(row, style, inner, room, language)
        if above:
            break
    else:
        raise LabelDoesNotFit(row.parcel_number, row.recipient, "name and address need more room than the cell has")
    bar_height = style.bar_height if room - style.bar_height - _height(above) >= -0.001 else style.low_bar_height
    bars_top = style.margin_y + (2 if style.rule else 1) * style.gap + room - bar_height
    return Layout(
        points=points,
        spans=(*_placed(above, style, inner, style.margin_y), *_placed(below, style, inner, bars_top + bar_height + style.gap)),
        head_bottom_mm=style.margin_y + _height(above),
        code=code,
        bars_left_mm=_bars_left(code, style, stock),
        bars_top_mm=bars_top,
        bar_height_mm=bar_height,
    )


def _bars_left(code: Barcode, style: LabelStyle, stock: LabelStock) -> float:
    if style.number_align == Align.CENTRE:
        return (stock.cell_width_mm - code.width_mm) / 2
    is_aligned = style.margin_x + code.width_mm + code.quiet_mm <= stock.cell_width_mm and style.margin_x >= code.quiet_mm
    return style.margin_x if is_aligned else code.quiet_mm


def _best(row: LabelRow, style: LabelStyle, inner: float, room: float, language: str) -> tuple[float, list[Line]]:
    """Return the biggest size that fits, or one of the next few if it saves lines; no lines if none fits."""
    fitting: list[tuple[int, int, float, list[Line]]] = []
    for index, step in enumerate(STEPS):
        if index >= style.tidy_steps and fitting:
            break
        lines = head(row, style, inner, language, step)
        bar_height = style.bar_height if index < 4 else style.low_bar_height
        if _height(lines) + bar_height <= room:
            fitting.append((len(lines), index, round(style.address * step, 1), lines))
            if len(lines) <= len(row.address_lines) + 2:
                break  # nothing is torn; smaller type would only be smaller
    _, _, points, lines = min(fitting, key=lambda found: found[:2], default=(0, 0, 0.0, []))
    return points, lines


def _height(lines: Iterable[Line]) -> float:
    return sum(line.height_mm for line in lines)


def _placed(lines: Iterable[Line], style: LabelStyle, inner: float, top: float) -> Iterator[PlacedSpan]:
    for line in lines:
        baseline = top + line.air_mm + line.reach_mm[0]
        free = inner - line.width_mm
        x = style.margin_x + (free / 2 if line.align == Align.CENTRE else 0)
        for index, span in enumerate(line.spans):
            if index and line.align == Align.SPREAD:
                x += free
            yield PlacedSpan(span.text, span.points, span.is_bold, x, baseline)
            x += span.width_mm
        top += line.height_mm


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
    texts = {name: glyphs.clean(getattr(row, name)) for name in ("recipient", "postcode", "phone_masked", "sender", "service")}
    return replace(row, address_lines=tuple(filter(None, map(glyphs.clean, row.address_lines))), **texts)


def _code(row: LabelRow, stock: LabelStock, style: LabelStyle) -> Barcode:
    try:
        return code128(row.parcel_number, available_mm=stock.cell_width_mm, widest_mm=style.widest_module)
    except BarcodeTooWide as too_wide:
        raise LabelDoesNotFit(row.parcel_number, row.recipient, str(too_wide)) from too_wide
