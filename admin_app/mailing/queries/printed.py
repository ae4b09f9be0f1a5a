"""Which label lies in which cell of the sheets that were printed for a batch, and which of them are void meanwhile."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from admin_app.foundation.database import db
from admin_app.mailing.models import Label, MailingBatch, Parcel
from admin_app.mailing.queries import parcels, sheets
from admin_app.mailing.rules import BatchStatus, ParcelStatus, Void
from reports.labels.rows import CellPlace, LabelStock
from reports.labels.sheets import places


@dataclass(frozen=True)
class PrintedLabel:
    """A label of the batch's own print, where it lies, and why it must not be used any more."""

    place: CellPlace
    label: Label
    void: Void | None

    @property
    def parcel(self) -> Parcel:
        """The parcel that it is the label of."""
        return self.label.parcel


def of_batch(batch: MailingBatch) -> list[PrintedLabel]:
    """Every label of the print of this batch in the order of its cells, those of parcels that were taken out since as well."""
    return _in_cells(batch, labels_of(batch))


def _in_cells(batch: MailingBatch, every: Sequence[Label]) -> list[PrintedLabel]:
    stock, labels = sheets.printed_stock(batch), [label for label in every if label.copy == 1]
    cells = places(len(labels), stock, start_cell=min(batch.start_cell, stock.cells_per_page))
    return [PrintedLabel(place, label, void_of(label)) for place, label in zip(cells, labels, strict=True)]


def sheets_of(batch: MailingBatch, labels: Sequence[Label], shown: Collection[int]) -> list[sheets.Sheet]:
    """The sheets as they were printed: a parcel keeps its cell, whatever left the batch since.

    `labels` are those of labels_of(), `shown` the ids of the parcels that the reader may know of; other cells are used, if they count.
    """
    stock = sheets.printed_stock(batch)
    lying = {(one.place.sheet, one.place.cell): one for one in _in_cells(batch, labels)}
    count = max((sheet for sheet, _cell in lying), default=1)
    numbers = range(1, stock.cells_per_page + 1)
    return [
        sheets.Sheet(sheet, tuple(_cell(batch, stock, sheet, number, lying.get((sheet, number)), shown) for number in numbers))
        for sheet in range(1, count + 1)
    ]


def _cell(
    batch: MailingBatch, stock: LabelStock, sheet: int, number: int, one: PrintedLabel | None, shown: Collection[int]
) -> sheets.Cell:  # fmt: skip
    x, y = stock.cell_origin(number)
    if one is None:
        return sheets.Cell(number, x, y, sheet == 1 and number < batch.start_cell, None)
    is_named = one.void is not None or one.parcel.id in shown
    return sheets.Cell(number, x, y, not is_named, one.parcel if is_named else None, one.void)


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


def reprints_of(batch: MailingBatch) -> list[list[Label]]:
    """The labels of the batch that were printed again together, those of one order each."""
    with_cards = contains_eager(Label.parcel).contains_eager(Parcel.card)
    mine = select(Label).join(Label.parcel).join(Parcel.card).where(Parcel.batch_id == batch.id, Label.copy > 1, Label.job_id.is_not(None))
    found: dict[int | None, list[Label]] = {}
    for label in db.session.scalars(mine.options(with_cards, joinedload(Label.job)).order_by(Label.id)):
        found.setdefault(label.job_id, []).append(label)
    return [labels for labels in found.values() if len(labels) > 1]
