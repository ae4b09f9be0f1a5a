"""Decides all of one label: what stands where in its cell. Texts are wrapped and shrunk in steps, and never leave the inner margin."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reports.barcodes.code128 import Barcode, BarcodeTooWide, code128
from reports.labels.lines import Align, LabelStyle, Line, foot, head, style_for, words_of
from reports.labels.rows import MAX_ADDRESS, MAX_NAME, LabelRow, LabelStock
from reports.pdf.pages import Bars, Block, Box, TextRun
from reports.text.characters import MissingCharacter, clean, missing_characters

STEPS = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.53)
"""Shrinking of the texts; the last leaves the address of a sheet label at 5.3 points."""

FOOT_STEPS = (1.0, 0.75)
"""Shrinking of number and sender, only where the address needs their room."""


class LabelDoesNotFit(ValueError):
    """A label whose texts are longer than its cell can hold at the smallest legible size; its words name no person."""

    def __init__(self, parcel_number: str, recipient: str, reason: str):
        self.parcel_number, self.recipient, self.reason = parcel_number, recipient, reason
        super().__init__(f"{parcel_number}: {reason}")


def unprintable(row: LabelRow, *, language: str) -> tuple[MissingCharacter, ...]:
    """Return the characters of the label for `row` that no print font has, each once."""
    return missing_characters(" ".join(words_of(row, language)))


def lay_out(row: LabelRow, stock: LabelStock, *, language: str) -> Block:
    """Return the label for `row`, its places counted from the corner of the cell; raises LabelDoesNotFit with the reason.

    Words stand from the top margin down, number and sender up from the bottom margin, the bars above these.
    """
    for reason in _faults(row):
        raise LabelDoesNotFit(row.parcel_number, row.recipient[:MAX_NAME], reason)
    row, style = _cleaned(row), style_for(stock)
    inner = stock.cell_width_mm - 2 * style.margin_x
    code = _code(row, stock, style)
    for foot_step in FOOT_STEPS:
        below = foot(row, style, inner, language, foot_step)
        room = stock.cell_height_mm - 2 * style.margin_y - (3 if style.rule else 2) * style.gap - _height(below)
        above = _best(row, style, inner, room, language)
        if above:
            break
    else:
        raise LabelDoesNotFit(row.parcel_number, row.recipient, "name and address need more room than the cell has")
    bar_height = style.bar_height if room - style.bar_height - _height(above) >= -0.001 else style.low_bar_height
    bars_top = style.margin_y + (2 if style.rule else 1) * style.gap + room - bar_height
    foot_top = bars_top + bar_height + style.gap
    return Block(
        runs=(*_placed(above, style, inner, style.margin_y), *_placed(below, style, inner, foot_top)),
        bars=(Bars(code.modules, code.module_mm, _bars_left(code, style, stock), bars_top, bar_height),),
        boxes=(Box(style.margin_x, bars_top - style.gap - style.rule, inner, style.rule),) if style.rule else (),
    )


def _bars_left(code: Barcode, style: LabelStyle, stock: LabelStock) -> float:
    if style.number_align == Align.CENTRE:
        return (stock.cell_width_mm - code.width_mm) / 2
    is_aligned = style.margin_x + code.width_mm + code.quiet_mm <= stock.cell_width_mm and style.margin_x >= code.quiet_mm
    return style.margin_x if is_aligned else code.quiet_mm


def _best(row: LabelRow, style: LabelStyle, inner: float, room: float, language: str) -> list[Line]:
    """Return the lines in the biggest size that fits, or one of the next few if it saves lines; none if none fits."""
    fitting: list[tuple[int, int, list[Line]]] = []
    for index, step in enumerate(STEPS):
        if index >= style.tidy_steps and fitting:
            break
        lines = head(row, style, inner, language, step)
        bar_height = style.bar_height if index < 4 else style.low_bar_height
        if _height(lines) + bar_height <= room:
            fitting.append((len(lines), index, lines))
            if len(lines) <= len(row.address_lines) + 2:
                break  # nothing is torn; smaller type would only be smaller
    _, _, lines = min(fitting, key=lambda found: found[:2], default=(0, 0, []))
    return lines


def _height(lines: Iterable[Line]) -> float:
    return sum(line.height_mm for line in lines)


def _placed(lines: Iterable[Line], style: LabelStyle, inner: float, top: float) -> Iterator[TextRun]:
    for line in lines:
        baseline = top + line.air_mm + line.reach_mm[0]
        free = inner - line.width_mm
        x = style.margin_x + (free / 2 if line.align == Align.CENTRE else 0)
        for index, span in enumerate(line.spans):
            if index and line.align == Align.SPREAD:
                x += free
            yield TextRun(span.text, span.points, span.is_bold, x, baseline)
            x += span.width_mm
        top += line.height_mm


def _faults(row: LabelRow) -> Iterator[str]:
    if not clean(row.recipient) or not clean("".join(row.address_lines)):
        yield "name or address is empty"
    if len(row.recipient) > MAX_NAME:
        yield f"name over {MAX_NAME} characters"
    if sum(map(len, row.address_lines)) > MAX_ADDRESS or len(row.sender) > MAX_ADDRESS:
        yield f"address over {MAX_ADDRESS} characters"
    if any(len(words) > MAX_NAME for words in (row.postcode, row.phone_masked, row.service)):
        yield f"postcode, phone or service over {MAX_NAME} characters"


def _cleaned(row: LabelRow) -> LabelRow:
    texts = {name: clean(getattr(row, name)) for name in ("recipient", "postcode", "phone_masked", "sender", "service")}
    return replace(row, address_lines=tuple(filter(None, map(clean, row.address_lines))), **texts)


def _code(row: LabelRow, stock: LabelStock, style: LabelStyle) -> Barcode:
    try:
        return code128(row.parcel_number, available_mm=stock.cell_width_mm, widest_mm=style.widest_module)
    except BarcodeTooWide as too_wide:
        raise LabelDoesNotFit(row.parcel_number, row.recipient, str(too_wide)) from too_wide
