"""Labels as pictures before they are printed: of each design the one that is hardest to fit, and the longest examples."""

from collections.abc import Sequence
from dataclasses import dataclass

from admin_app.mailing.models import LabelStock, MailingBatch, Parcel
from admin_app.mailing.queries import fitting, label_designs, sheets
from admin_app.mailing.rules.label_choice import Choice, document_language
from admin_app.mailing.rules.phones import PhoneShown
from admin_app.residents.rules import mask_phone
from reports.labels.designs import Design
from reports.labels.layout import LabelDoesNotFit, lay_out
from reports.labels.longest import Example, examples
from reports.labels.picture import Picture, picture
from reports.labels.rows import LabelRow
from reports.pdf.pages import Block


@dataclass(frozen=True)
class Preview:
    """One label: its picture, None where its words have no room; its smallest type in points."""

    name: str
    choice: Choice
    picture: Picture | None
    points: float = 0.0
    labels: int = 1
    """How many labels of the batch have this design and these words."""
    unfit: int = 0
    """How many of them do not fit."""
    parcel: Parcel | None = None
    """Whose label is drawn; None for an example."""


def of_batch(batch: MailingBatch, parcels: Sequence[Parcel]) -> list[Preview]:
    """For each design and variant in the batch the label in the smallest type, of several the one with the most lines."""
    groups: dict[Choice, list[Parcel]] = {}
    for parcel in parcels:
        groups.setdefault(label_designs.of_parcel(batch, parcel), []).append(parcel)
    return [_tightest(batch, choice, some) for choice, some in sorted(groups.items())]


def _tightest(batch: MailingBatch, choice: Choice, parcels: Sequence[Parcel]) -> Preview:
    found = [(parcel, block) for parcel in parcels if (block := _block(batch, parcel)) is not None]
    unfit = len(parcels) - len(found)
    if not found:
        return Preview(parcels[0].number, choice, None, labels=len(parcels), unfit=unfit)
    parcel, block = min(found, key=lambda one: (_smallest(one[1], one[0].number), -len(one[1].runs)))
    drawn = picture(block, batch.stock.cell_width_mm, batch.stock.cell_height_mm)
    return Preview(parcel.number, choice, drawn, _smallest(block, parcel.number), len(parcels), unfit, parcel)


def _block(batch: MailingBatch, parcel: Parcel) -> Block | None:
    try:
        return fitting.laid_out(batch, batch.stock, parcel)
    except (LabelDoesNotFit, sheets.StockUnusable):
        return None


def _smallest(block: Block, number: str) -> float:
    """The smallest type of the words; the office's own number may be smaller."""
    return min((run.points for run in block.runs if run.text != number), default=0.0)


def of_example(code: str, choice: Choice, design: Design, stock: LabelStock, *, dpi: int) -> Preview:
    """The longest example of a script on this stock, its phone as the design shows it."""
    row = examples()[code].row(design=choice.design, variant=choice.variant, phone=_phone(examples()[code], design))
    try:
        block = lay_out(row, sheets.stock_row(stock), language=document_language(choice.variant), dpi=dpi)
    except (LabelDoesNotFit, sheets.StockUnusable):
        return Preview(code, choice, None)
    return Preview(code, choice, picture(block, stock.cell_width_mm, stock.cell_height_mm), _smallest(block, row.parcel_number))


def of_rows(rows: Sequence[LabelRow], stock: LabelStock, *, dpi: int) -> Preview:
    """Of labels of one design the one in the smallest type, and how many do not fit on the stock; `rows` is not empty."""
    found = [(row, block) for row in rows if (block := _row_block(row, stock, dpi)) is not None]
    choice, unfit = Choice(rows[0].design, rows[0].variant), len(rows) - len(found)
    if not found:
        return Preview(rows[0].parcel_number, choice, None, labels=len(rows), unfit=unfit)
    row, block = min(found, key=lambda one: (_smallest(one[1], one[0].parcel_number), -len(one[1].runs)))
    drawn = picture(block, stock.cell_width_mm, stock.cell_height_mm)
    return Preview(row.parcel_number, choice, drawn, _smallest(block, row.parcel_number), len(rows), unfit)


def _row_block(row: LabelRow, stock: LabelStock, dpi: int) -> Block | None:
    try:
        return lay_out(row, sheets.stock_row(stock), language=document_language(row.variant), dpi=dpi)
    except (LabelDoesNotFit, sheets.StockUnusable):
        return None


def _phone(example: Example, design: Design) -> str:
    if design.phone == PhoneShown.NONE:
        return ""
    return example.phone if design.phone == PhoneShown.FULL else mask_phone(example.phone)
