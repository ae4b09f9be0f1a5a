"""The face of an envelope of the national standard GB/T 1416: postcode boxes, recipient, sender, place for the stamp, the office's number.

What the standard keeps free stays free: the upper left corner but for the boxes, and a strip at the lower edge for the post's barcode.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reports.barcodes.code128 import code128
from reports.barcodes.symbols import Symbol, square
from reports.labels.designs import Design
from reports.labels.filling import filled
from reports.labels.lines import STEPS, Line, Span, head, height, placed, plain, smallest
from reports.labels.rows import Kind, LabelRow, LabelStock
from reports.labels.styles import LabelStyle
from reports.pdf.pages import Bars, Block, Box, Modules, TextRun
from reports.text.words import text

READING_MM = (90.0, 26.0)
"""From the upper left corner: read by machines, nothing but the postcode boxes may stand there (standard)."""
BARCODE_MM = (55.0, 160.0, 20.0)
"""From the right edge, to there, and from the lower edge: left blank for the barcode of the post (standard)."""
BOX_X, BOX_Y, BOX_WIDTH, BOX_HEIGHT, BOX_GAP, BOXES = 12.0, 9.0, 8.0, 10.0, 2.0, 6
STAMP_MM, STAMP_EDGE = 22.0, 8.0
LINE_MM = 0.3
DIGIT_POINTS, NOTE_POINTS = 16.0, 8.0
EDGE, AIR = 10.0, 3.0
NUMBER_MM, BAR_MM, BAR_EDGE, HIGHER = 4.0, 8.0, 5.0, 0.35
"""Places and sizes from here on are the office's own; the standard's text names none that we have read."""


@dataclass(frozen=True)
class _Face:
    """Measures of one envelope."""

    stock: LabelStock
    design: Design

    @property
    def width(self) -> float:
        return self.stock.cell_width_mm

    @property
    def height(self) -> float:
        return self.stock.cell_height_mm

    @property
    def recipient_left(self) -> float:
        return self.width * 0.14

    @property
    def recipient_width(self) -> float:
        return self.width - self.recipient_left - 2 * EDGE

    @property
    def sender_left(self) -> float:
        return self.width * 0.45

    @property
    def sender_width(self) -> float:
        return self.width - self.sender_left - EDGE

    @property
    def sender_bottom(self) -> float:
        return self.height - BARCODE_MM[2] - 0.5

    @property
    def number_width(self) -> float:
        """Left of the strip of the post's barcode."""
        return self.width - BARCODE_MM[1]

    @property
    def style(self) -> LabelStyle:
        bigger = min(self.height / 110, 1.6)
        plain_style = self.design.style(self.stock)
        sizes = ("address", "recipient", "sender")
        return plain_style.model_copy(update={name: round(getattr(plain_style, name) * bigger, 1) for name in sizes})


def envelope(row: LabelRow, stock: LabelStock, design: Design, *, language: str, dpi: int) -> Block | None:
    """Return the face for the cleaned `row`; None if its words have no room in the type that the stock allows. Raises BarcodeTooWide."""
    face = _Face(stock, design)
    sender = _sender(row, face, language)
    sender_top = face.sender_bottom - height(sender)
    room = sender_top - READING_MM[1] - 2 * AIR
    recipient = _recipient(row, face, room, language)
    if not recipient or smallest(sender) < stock.least_points:
        return None
    top = READING_MM[1] + AIR + (room - height(recipient)) * HIGHER
    runs = (
        *_digits(row.postcode),
        *placed(recipient, face.recipient_left, top, face.recipient_width),
        *placed(sender, face.sender_left, sender_top, face.sender_width),
        *_sender_postcode(row, face, language),
    )
    bars, squares, number = _number(row.parcel_number, face, dpi)
    if stock.kind == Kind.PRINTED_ENVELOPE:
        return Block(runs=(*runs, number), bars=bars, squares=squares)
    return Block(
        runs=(*runs, number, _stamp_words(face, language)), bars=bars, squares=squares, boxes=(*_frame(*_stamp(face)),),
        red=tuple(line for left in _box_lefts() for line in _frame(left, BOX_Y, BOX_WIDTH, BOX_HEIGHT)),
    )  # fmt: skip


def _recipient(row: LabelRow, face: _Face, room: float, language: str) -> list[Line]:
    """Address and name in the biggest type that fits, or one of the next few if it saves lines; none if none fits."""
    without = replace(row, postcode="" if len(row.postcode) == BOXES else row.postcode)
    words = filled(face.design, without, language=language)
    fitting: list[list[Line]] = []
    for index, step in enumerate(STEPS):
        if index >= face.style.tidy_steps and fitting:
            break
        lines = head(words, face.style, face.recipient_width, step)
        if smallest(lines) >= face.stock.least_points and height(lines) <= room:
            fitting.append(lines)
    return min(fitting, key=len, default=[])


def _sender(row: LabelRow, face: _Face, language: str) -> list[Line]:
    whole = row.sender.removesuffix(row.sender_postcode).rstrip() if row.sender_postcode else row.sender
    said = filled(face.design, replace(row, sender=whole), language=language).foot
    return plain(said, face.style.sender, face.sender_width) if said else []


def _sender_postcode(row: LabelRow, face: _Face, language: str) -> Iterator[TextRun]:
    """In the lower right corner, right of the strip of the post's barcode."""
    if row.sender_postcode:
        words = Span(text("label.sender_postcode", language, postcode=row.sender_postcode), face.style.sender)
        yield TextRun(words.text, words.points, False, face.width - EDGE - words.width_mm, face.height - EDGE)


def _box_lefts() -> list[float]:
    return [BOX_X + number * (BOX_WIDTH + BOX_GAP) for number in range(BOXES)]


def _digits(postcode: str) -> Iterator[TextRun]:
    """One digit in the middle of each box; a postcode of another length stands with the address."""
    if len(postcode) == BOXES:
        for left, digit in zip(_box_lefts(), postcode, strict=True):
            span = Span(digit, DIGIT_POINTS, is_bold=True)
            yield TextRun(digit, DIGIT_POINTS, True, left + (BOX_WIDTH - span.width_mm) / 2, BOX_Y + BOX_HEIGHT / 2 + 2)


def _stamp(face: _Face) -> tuple[float, float, float, float]:
    return face.width - STAMP_EDGE - STAMP_MM, STAMP_EDGE, STAMP_MM, STAMP_MM * 0.9


def _stamp_words(face: _Face, language: str) -> TextRun:
    left, top, width, deep = _stamp(face)
    span = Span(text("label.stamp", language), NOTE_POINTS)
    return TextRun(span.text, NOTE_POINTS, False, left + (width - span.width_mm) / 2, top + deep / 2 + 1)


def _frame(left: float, top: float, width: float, deep: float) -> Iterator[Box]:
    yield from (Box(left, y, width, LINE_MM) for y in (top, top + deep - LINE_MM))
    yield from (Box(x, top, LINE_MM, deep) for x in (left, left + width - LINE_MM))


def _number(number: str, face: _Face, dpi: int) -> tuple[tuple[Bars, ...], tuple[Modules, ...], TextRun]:
    """The parcel number for the office's scanners in the lower left corner, beside the strip of the post's barcode."""
    top = face.height - BAR_EDGE - NUMBER_MM - BAR_MM
    words = Span(number, face.style.number, is_bold=True)
    if face.stock.symbol == Symbol.CODE128:
        code = code128(number, available_mm=face.number_width, widest_mm=face.style.widest_module, dpi=dpi)
        bars = Bars(code.modules, code.module_mm, code.quiet_mm, top, BAR_MM)
        return (bars,), (), TextRun(number, words.points, True, code.quiet_mm, face.height - BAR_EDGE)
    one = square(number, face.stock.symbol, side_mm=min(face.number_width, BARCODE_MM[2] - BAR_EDGE), dpi=dpi)
    modules = Modules(one.rows, one.module_mm, EDGE + one.quiet_mm, face.height - BAR_EDGE - one.width_mm)
    return (), (modules,), TextRun(number, words.points, True, EDGE + one.width_mm + 2 * one.quiet_mm + 1, face.height - BAR_EDGE)
