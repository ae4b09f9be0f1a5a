"""Decides all of one label: what stands where in its cell. Texts are wrapped and shrunk in steps, and never leave the inner margin."""

from collections.abc import Iterator
from dataclasses import replace

from reports.barcodes.code128 import Barcode, BarcodeTooWide
from reports.barcodes.dots import DEFAULT_DPI
from reports.barcodes.symbols import Square
from reports.labels.designs import Design, Purpose, design_for
from reports.labels.envelopes import envelope
from reports.labels.filling import filled, values_of
from reports.labels.lines import fitted, placed
from reports.labels.rows import MAX_ADDRESS, MAX_NAME, Kind, LabelRow, LabelStock
from reports.labels.signs import BarSign, SquareSign, sign_of
from reports.labels.styles import Align, LabelStyle
from reports.pdf.pages import Bars, Block, Box, Modules
from reports.text.characters import MissingCharacter, clean, missing_characters


class LabelDoesNotFit(ValueError):
    """A label whose texts are longer than its cell can hold at the smallest legible size; its words name no person."""

    def __init__(self, parcel_number: str, recipient: str, reason: str):
        self.parcel_number, self.recipient, self.reason = parcel_number, recipient, reason
        super().__init__(f"{parcel_number}: {reason}")


def unprintable(row: LabelRow) -> tuple[MissingCharacter, ...]:
    """Return the characters of the label for `row` that no print font has, each once."""
    return missing_characters(" ".join(values_of(row).values()))


def lay_out(row: LabelRow, stock: LabelStock, *, language: str, dpi: int = DEFAULT_DPI) -> Block:
    """Return the label for `row`, its places counted from the corner of the cell; raises LabelDoesNotFit with the reason.

    Bars are whole dots of a printer with `dpi`. Words stand from the top margin down, number and sender up from the bottom margin, the
    bars above these.
    """
    design = design_for(row.design, stock)
    for reason in _faults(row, design):
        raise LabelDoesNotFit(row.parcel_number, row.recipient[:MAX_NAME], reason)
    row, style = _cleaned(row), design.style(stock)
    if stock.kind != Kind.SHEET:
        return _envelope(row, stock, design, language, dpi)
    sign = _sign(row, stock, style, dpi)
    style = sign.styled(style)
    fit = fitted(filled(design, row, language=language), style, stock)
    if fit is None:
        raise LabelDoesNotFit(row.parcel_number, row.recipient, "its words need more room than the cell has")
    inner, bar_height = stock.cell_width_mm - 2 * style.margin_x, fit.bar_height_mm
    bars_top = style.margin_y + (2 if style.rule else 1) * style.gap + fit.room_mm - bar_height
    foot_top = bars_top + bar_height + style.gap
    drawn = sign.drawn(_left(sign.sized(bar_height), style, stock), bars_top, bar_height)
    return Block(
        runs=(*placed(fit.head, style.margin_x, style.margin_y, inner), *placed(fit.foot, style.margin_x, foot_top, inner)),
        bars=(drawn,) if isinstance(drawn, Bars) else (),
        squares=(drawn,) if isinstance(drawn, Modules) else (),
        boxes=(Box(style.margin_x, bars_top - style.gap - style.rule, inner, style.rule),) if style.rule else (),
    )


def _envelope(row: LabelRow, stock: LabelStock, design: Design, language: str, dpi: int) -> Block:
    try:
        block = envelope(row, stock, design, language=language, dpi=dpi)
    except BarcodeTooWide as too_wide:
        raise LabelDoesNotFit(row.parcel_number, row.recipient, str(too_wide)) from too_wide
    if block is None:
        raise LabelDoesNotFit(row.parcel_number, row.recipient, "its words need more room than the envelope has")
    return block


def _left(code: Barcode | Square, style: LabelStyle, stock: LabelStock) -> float:
    if style.number_align == Align.CENTRE:
        return (stock.cell_width_mm - code.width_mm) / 2
    is_aligned = style.margin_x + code.width_mm + code.quiet_mm <= stock.cell_width_mm and style.margin_x >= code.quiet_mm
    return style.margin_x if is_aligned else code.quiet_mm


def _faults(row: LabelRow, design: Design) -> Iterator[str]:
    if design.purpose == Purpose.POST and (not clean(row.recipient) or not clean("".join(row.address_lines))):
        yield "name or address is empty"
    if len(row.recipient) > MAX_NAME or len(row.recipient_latin) > MAX_NAME:
        yield f"name over {MAX_NAME} characters"
    if sum(map(len, row.address_lines)) > MAX_ADDRESS or max(len(row.sender), len(row.sender_latin)) > MAX_ADDRESS:
        yield f"address over {MAX_ADDRESS} characters"
    if any(len(words) > MAX_NAME for words in (row.postcode, row.phone_masked, row.service, *row.more.values())):
        yield f"postcode, phone, service or another fact over {MAX_NAME} characters"


def _cleaned(row: LabelRow) -> LabelRow:
    names = ("recipient", "recipient_latin", "postcode", "phone_masked", "sender", "sender_latin", "service")
    texts = {name: clean(getattr(row, name)) for name in names}
    more = {name: clean(words) for name, words in row.more.items()}
    return replace(row, address_lines=tuple(filter(None, map(clean, row.address_lines))), more=more, **texts)


def _sign(row: LabelRow, stock: LabelStock, style: LabelStyle, dpi: int) -> BarSign | SquareSign:
    try:
        return sign_of(row.parcel_number, stock, style, dpi=dpi)
    except BarcodeTooWide as too_wide:
        raise LabelDoesNotFit(row.parcel_number, row.recipient, str(too_wide)) from too_wide
