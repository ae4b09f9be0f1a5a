"""Plain rows for the label printer, and which parcel lies in which cell of which sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from admin_app.centres.models import Centre
from admin_app.foundation.errors import DomainError
from admin_app.foundation.i18n import pick
from admin_app.mailing.models import LabelSheet, LabelStock, MailingBatch, Parcel
from admin_app.mailing.queries import cells
from admin_app.mailing.queries.label_designs import latin_name
from admin_app.mailing.rules import Void
from admin_app.mailing.rules.label_choice import Choice, document_language
from reports.barcodes.code128 import BarcodeTooWide, code128
from reports.barcodes.symbols import SQUARES, Symbol, outlines, rows_of
from reports.labels import rows
from reports.labels.sheets import places
from reports.text.characters import MissingCharacter, missing_characters

MAX_SENDER = 90
"""Characters of the sender on a label: three small lines on the narrowest stock."""


class StockUnusable(DomainError):
    """The measures of a label stock do not describe cells that lie on its page."""


@dataclass(frozen=True)
class Cell:
    """One cell of a sheet as it is drawn: `parcel` None for a used or free one."""

    number: int
    x: float
    y: float
    is_used: bool
    parcel: Parcel | None
    void: Void | None = None
    """Why its label, which was printed, must not be used any more."""
    code: str = ""
    """What the barcode of its label says; '' without one."""
    spoiled: str = ""
    """Why nothing can be printed in it, a word of rules.paper.Spoiled, where no label of the batch says it; '' else."""


@dataclass(frozen=True)
class Sheet:
    """One sheet of a batch, counted from 1, with all its cells."""

    number: int
    cells: tuple[Cell, ...]
    paper: LabelSheet | None = None
    """The sheet itself with its number; None before it was printed, and for one that was printed before sheets were known."""


def stock_row(stock: LabelStock) -> rows.LabelStock:
    """The measures of the stock for the printer; StockUnusable if they make no sense."""
    lengths = ("page_width_mm", "page_height_mm", "columns", "rows", "left_mm", "top_mm", "cell_width_mm", "cell_height_mm",
               "column_gap_mm", "row_gap_mm", "least_points")  # fmt: skip
    try:
        return rows.LabelStock(
            code=stock.code, symbol=Symbol(stock.symbol), kind=rows.Kind(stock.kind), **{name: getattr(stock, name) for name in lengths}
        )
    except ValueError:
        raise StockUnusable(
            _l("The measurements of the label stock %(code)s are not right; correct them first.", code=stock.code)
        ) from None


def printed_stock(batch: MailingBatch) -> rows.LabelStock:
    """The measures of the sheets as they were printed, whatever was measured since; those of today where none were kept."""
    kept = batch.printed_stock
    if not kept:
        return stock_row(batch.stock)
    words = {"symbol": Symbol(kept["symbol"]), "kind": rows.Kind(kept.get("kind", rows.Kind.SHEET))}
    return rows.LabelStock(**(kept | words))


def label_row(parcel: Parcel, *, code: str, choice: Choice, phone: str) -> rows.LabelRow:
    """What stands on the label of the parcel; the barcode says `code`, `phone` is what of the number is printed.

    The sender is the service centre with its address.
    """
    centre = parcel.card.application.centre
    return rows.LabelRow(
        parcel_number=code,
        recipient=parcel.recipient,
        postcode=parcel.postcode,
        address_lines=tuple(parcel.address.splitlines()),
        phone_masked=phone,
        sender=sender_line(centre, document_language(choice.variant)),
        sender_postcode=centre.postcode or "",
        recipient_latin=latin_name(parcel),
        sender_latin=pick(centre, "name", "en"),
        design=choice.design,
        variant=choice.variant,
    )


def sender_line(centre: Centre, language: str) -> str:
    """Where the post brings the parcel back to: name, address and postcode of the centre; the name alone if that gets too long."""
    name, address = pick(centre, "name", language), pick(centre, "address", language)
    whole = " ".join(filter(None, (name, address, centre.postcode)))
    return whole if len(whole) <= MAX_SENDER else name


def sheets_of(batch: MailingBatch, parcels: Sequence[Parcel]) -> list[Sheet]:
    """The sheets that the batch's labels fill, in order; at least one, so that a start cell can be chosen."""
    stock, taken = stock_row(batch.stock), cells.taken_of(batch.sheet)
    lying = {(place.sheet, place.cell): parcel for place, parcel in _places(batch, parcels, stock, taken)}
    count = max((sheet for sheet, _cell in lying), default=1)
    used = taken if batch.sheet else frozenset(range(1, batch.start_cell))
    drawn = range(1, count + 1)
    return [
        Sheet(sheet, tuple(_cell(stock, sheet, cell, lying, used) for cell in _numbers(stock)), batch.sheet if sheet == 1 else None)
        for sheet in drawn
    ]


def _numbers(stock: rows.LabelStock) -> range:
    return range(1, stock.cells_per_page + 1)


def _places(
    batch: MailingBatch, parcels: Sequence[Parcel], stock: rows.LabelStock, taken: frozenset[int]
) -> list[tuple[rows.CellPlace, Parcel]]:
    start = min(batch.start_cell, stock.cells_per_page)
    return list(zip(places(len(parcels), stock, start_cell=start, spoiled_cells=taken), parcels, strict=True))


def _cell(stock: rows.LabelStock, sheet: int, cell: int, lying: dict[tuple[int, int], Parcel], used: frozenset[int]) -> Cell:
    (x, y), parcel = stock.cell_origin(cell), lying.get((sheet, cell))
    return Cell(cell, x, y, sheet == 1 and cell in used, parcel, code=parcel.number if parcel else "")


def unprintable(parcels: Sequence[Parcel]) -> dict[str, tuple[MissingCharacter, ...]]:
    """parcel number -> the characters of its texts that no print font has; parcels without any are left out."""
    found = {parcel.number: missing_characters(" ".join((parcel.recipient, parcel.address))) for parcel in parcels}
    return {number: missing for number, missing in found.items() if missing}


@dataclass(frozen=True)
class BarcodePicture:
    """A barcode for the screen: an SVG path on a canvas of `width` × `height` modules; bars are 1 high."""

    width: int
    height: int
    path: str


def barcode_picture(code: str, symbol: str) -> BarcodePicture | None:
    """The barcode as it will be printed; None if it has no bars (too long)."""
    if symbol in SQUARES:
        modules = rows_of(code, Symbol(symbol))
        return BarcodePicture(len(modules), len(modules), "".join(map(_closed, outlines(modules))))
    try:
        bars = code128(code, available_mm=1000).modules
    except BarcodeTooWide:
        return None
    return BarcodePicture(len(bars), 1, "".join(f"M{at} 0h1v1h-1z" for at, bar in enumerate(bars) if bar == "1"))


def _closed(corners: list[tuple[int, int]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in corners) + "z"
