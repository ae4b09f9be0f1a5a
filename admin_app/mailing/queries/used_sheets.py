"""Where the last sheet of labels was left: what is proposed for the next batch."""

from dataclasses import dataclass

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import aliased

from admin_app.foundation.database import db
from admin_app.mailing.models import Label, LabelPrinter, LabelStock, MailingBatch, Parcel


@dataclass(frozen=True)
class UsedSheet:
    """Stock and printer of the batch that was printed last, and the first cell behind its labels."""

    reference: str
    stock: LabelStock
    start_cell: int
    printer_code: str = ""
    """Empty for a printer that was not measured, or is not in use any more."""


def stocks_and_last_used() -> tuple[list[LabelStock], UsedSheet | None]:
    """The label stocks in use, by code, and the sheet that the printer of the mailroom was left with; one statement.

    No sheet before the first print, and if its stock is not in use any more. A label that was taken out has used its cell all the same;
    labels printed again on the cells that come next have used those, too.
    """
    last, first, again, put, other = aliased(Label), aliased(Label), aliased(Label), aliased(Parcel), aliased(MailingBatch)
    newest = select(last.id).where(last.copy == 1).order_by(last.id.desc()).limit(1).scalar_subquery()
    printed = (
        select(func.count()).select_from(first).join(put, put.id == first.parcel_id).where(put.batch_id == MailingBatch.id, first.copy == 1)
    )
    later = select(func.aggregate_strings(cast(again.start_cell, String), ",")).join(Parcel, Parcel.id == again.parcel_id)
    later = later.join(other, other.id == Parcel.batch_id).where(again.id > newest, other.stock_id == MailingBatch.stock_id)
    batch = select(Parcel.batch_id).join(Label, Label.parcel_id == Parcel.id).where(Label.id == newest).scalar_subquery()
    offered = select(
        LabelStock, MailingBatch.reference, MailingBatch.start_cell, printed.scalar_subquery(), later.scalar_subquery(), LabelPrinter.code
    )
    offered = offered.select_from(LabelStock).outerjoin(MailingBatch, (MailingBatch.stock_id == LabelStock.id) & (MailingBatch.id == batch))
    offered = offered.outerjoin(LabelPrinter, (LabelPrinter.id == MailingBatch.printer_id) & LabelPrinter.is_active)
    rows = db.session.execute(offered.where(LabelStock.is_active).order_by(LabelStock.code)).all()
    used = next((_used(*row) for row in rows if row[1] is not None), None)
    return [row[0] for row in rows], used


def _used(stock: LabelStock, reference: str, start_cell: int, printed: int, again: str | None, printer: str | None) -> UsedSheet:
    cells, taken = (start_cell - 1 + printed) % stock.cells, {int(cell) for cell in (again or "").split(",") if cell}
    while cells + 1 in taken:
        taken.discard(cells + 1)
        cells = (cells + 1) % stock.cells
    return UsedSheet(reference, stock, cells + 1, printer or "")
