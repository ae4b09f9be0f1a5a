"""Which label lies in which cell of the sheets that were printed for a batch, and which of them are void meanwhile."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from admin_app.foundation.database import db
from admin_app.mailing.models import Label, LabelSheet, MailingBatch, Parcel, SheetCell
from admin_app.mailing.queries import cells, parcels, sheets
from admin_app.mailing.rules import BatchStatus, ParcelStatus, Void
from reports.labels.rows import CellPlace, LabelStock
from reports.labels.sheets import places


@dataclass(frozen=True)
class PrintedLabel:
    """A label, where it lies, and why it must not be used any more."""

    place: CellPlace
    label: Label
    void: Void | None
    sheet: LabelSheet | None = None
    """The sheet itself; None for one that was printed before sheets were known."""

    @property
    def parcel(self) -> Parcel:
        """The parcel that it is the label of."""
        return self.label.parcel


def of_batch(batch: MailingBatch) -> list[PrintedLabel]:
    """Every label of the print of this batch in the order of its cells, those of parcels that were taken out since as well."""
    return [one for one in every(batch) if one.label.copy == 1]


def every(batch: MailingBatch) -> list[PrintedLabel]:
    """The same with the labels that were printed again, each in its own cell; their sheets are counted behind those of the print."""
    return _laid(batch, labels_of(batch), cells.of_batch(batch))


def _laid(batch: MailingBatch, labels: Sequence[Label], found: Sequence[SheetCell]) -> list[PrintedLabel]:
    by_id, lying = {label.id: label for label in labels}, {cell.label_id for cell in found}
    counted = _as_counted(batch, [label for label in labels if label.copy == 1 and label.id not in lying])
    pages = _pages(labels, found, behind=counted)
    mine = ((cell, by_id[cell.label_id]) for cell in found if cell.label_id in by_id)
    laid = [PrintedLabel(CellPlace(pages[cell.sheet_id], cell.cell), label, void_of(label), cell.sheet) for cell, label in mine]
    return sorted(counted + laid, key=lambda one: (one.place.sheet, one.place.cell))


def _pages(labels: Sequence[Label], found: Sequence[SheetCell], *, behind: Sequence[PrintedLabel]) -> dict[int, int]:
    """Sheet id -> its number in the batch: first those of the print in their order, then those on which labels were printed again."""
    first = {label.id for label in labels if label.copy == 1}
    printed = {cell.sheet_id for cell in found if cell.label_id in first}
    order = sorted({cell.sheet_id for cell in found}, key=lambda sheet: (sheet not in printed, sheet))
    return {sheet: page for page, sheet in enumerate(order, 1 + max((one.place.sheet for one in behind), default=0))}


def _as_counted(batch: MailingBatch, first: Sequence[Label]) -> list[PrintedLabel]:
    """Where the labels of a print lie that was made before sheets were known: one after another from the start cell on."""
    stock = sheets.printed_stock(batch)
    counted = places(len(first), stock, start_cell=min(batch.start_cell, stock.cells_per_page))
    return [PrintedLabel(place, label, void_of(label)) for place, label in zip(counted, first, strict=True)]


def sheets_of(batch: MailingBatch, labels: Sequence[Label], shown: Collection[int]) -> list[sheets.Sheet]:
    """The sheets as they were printed: a label keeps its cell, whatever left the batch since, and one printed again has its own.

    `labels` are those of labels_of(), `shown` the ids of the parcels that the reader may know of; other cells are used, if they count.
    """
    stock, found = sheets.printed_stock(batch), cells.of_batch(batch)
    laid = _laid(batch, labels, found)
    lying = {(one.place.sheet, one.place.cell): one for one in laid}
    pages = _pages(labels, found, behind=[one for one in laid if one.sheet is None])
    taken = {(pages[cell.sheet_id], cell.cell): cell.spoiled_why for cell in found}
    if any(one.sheet is None for one in laid):
        taken |= dict.fromkeys([(1, number) for number in range(1, batch.start_cell)], "")
    papers = {pages[cell.sheet_id]: cell.sheet for cell in found}
    numbers = range(1, stock.cells_per_page + 1)
    return [
        sheets.Sheet(
            page, tuple(_cell(stock, number, lying.get((page, number)), taken.get((page, number)), shown) for number in numbers),
            papers.get(page),
        )
        for page in range(1, max((page for page, _cell in lying), default=1) + 1)
    ]  # fmt: skip


def _cell(
    stock: LabelStock, number: int, one: PrintedLabel | None, spoiled: str | None, shown: Collection[int]
) -> sheets.Cell:  # fmt: skip
    """`spoiled`: why a cell is waste, '' for a used one, None for a free one; asked of cells without a label of the batch."""
    x, y = stock.cell_origin(number)
    if one is None:
        return sheets.Cell(number, x, y, spoiled == "", None, spoiled=spoiled or "")
    is_named = one.void is not None or one.parcel.id in shown
    return sheets.Cell(number, x, y, not is_named, one.parcel if is_named else None, one.void, one.label.code if is_named else "")


def void_of(label: Label) -> Void | None:
    """Why this label must not be used any more; None if it counts.

    A label becomes void by a reprint, and by its parcel leaving the batch (alone, or with the whole batch); that of a spoiled card
    waits to be taken out, and is as void.
    """
    parcel = label.parcel
    if parcel.status == ParcelStatus.REMOVED:
        return Void.CANCELLED if parcel.batch.status == BatchStatus.CANCELLED else Void.TAKEN_OUT
    if label.voided_at is not None:
        return Void.REPRINTED
    return Void.SPOILED if parcels.is_spoiled(parcel) else None


def labels_of(batch: MailingBatch) -> Sequence[Label]:
    """Every label that was ever printed for a parcel of this batch, in the order of the parcels, with their cards."""
    with_cards = contains_eager(Label.parcel).contains_eager(Parcel.card)
    mine = select(Label).join(Label.parcel).join(Parcel.card).where(Parcel.batch_id == batch.id)
    return db.session.scalars(mine.options(with_cards).order_by(Parcel.position, Label.copy)).all()


def together_with(label: Label) -> Sequence[Label]:
    """The labels that were printed again by the same order as this one, in the order of their cells; the label alone for most."""
    with_cards = contains_eager(Label.parcel).contains_eager(Parcel.card)
    mine = select(Label).join(Label.parcel).join(Parcel.card).where(Label.job_id == label.job_id, Parcel.batch_id == label.parcel.batch_id)
    return db.session.scalars(mine.options(with_cards).order_by(Label.id)).all() if label.job_id else [label]


def laid_together(together: Sequence[Label]) -> list[PrintedLabel]:
    """Labels of one order of together_with() and where they lie on the pages of their file."""
    found = cells.of_labels([label.id for label in together])
    stock = sheets.stock_row(together[0].parcel.batch.stock)
    if len(found) < len(together):
        counted = places(len(together), stock, start_cell=together[0].start_cell or 1)
        return [PrintedLabel(place, label, void_of(label)) for place, label in zip(counted, together, strict=True)]
    by_id = {label.id: label for label in together}
    page = {sheet: number for number, sheet in enumerate(dict.fromkeys(cell.sheet_id for cell in found), 1)}
    return [_of_order(cell, by_id, page) for cell in found]


def _of_order(cell: SheetCell, by_id: dict[int, Label], page: dict[int, int]) -> PrintedLabel:
    label = by_id[cell.label_id or 0]
    return PrintedLabel(CellPlace(page[cell.sheet_id], cell.cell), label, void_of(label), cell.sheet)


def on_first_sheet(together: Sequence[Label]) -> frozenset[int]:
    """The cells of the first page on which labels of this order lie."""
    return frozenset(one.place.cell for one in laid_together(together) if one.place.sheet == 1)


def numbers_of(lying: Sequence[PrintedLabel], job_id: int | None) -> dict[int, str]:
    """Page of a file -> the number that is printed on it: on each sheet that this job printed first and that has a margin for it."""
    return dict(_numbers(lying, job_id))


def _numbers(lying: Sequence[PrintedLabel], job_id: int | None) -> Iterator[tuple[int, str]]:
    for one in lying:
        if one.sheet is not None and one.sheet.is_numbered and one.sheet.job_id == job_id:
            yield one.place.sheet, one.sheet.number


def reprints_of(batch: MailingBatch) -> list[list[Label]]:
    """The labels of the batch that were printed again together, those of one order each."""
    with_cards = contains_eager(Label.parcel).contains_eager(Parcel.card)
    mine = select(Label).join(Label.parcel).join(Parcel.card).where(Parcel.batch_id == batch.id, Label.copy > 1, Label.job_id.is_not(None))
    found: dict[int | None, list[Label]] = {}
    for label in db.session.scalars(mine.options(with_cards, joinedload(Label.job)).order_by(Label.id)):
        found.setdefault(label.job_id, []).append(label)
    return [labels for labels in found.values() if len(labels) > 1]


def was_printed(batch: MailingBatch, valid: Sequence[Label], *, is_reprint: bool = False) -> bool:
    """Whether the file with these labels was opened to be printed, or can only have been: one of them is on an envelope.

    `valid` are those of the batch's own print, or of one order of together_with() (`is_reprint`), without void ones.
    """
    if any(label.opened_at for label in valid) if is_reprint else batch.labels_opened_at:
        return True
    return any(label.parcel.status not in (ParcelStatus.PLANNED, ParcelStatus.LABELLED) for label in valid)
