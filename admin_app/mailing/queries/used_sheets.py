"""On what the next batch is printed: the label stocks, the half-used sheets, and which of them are proposed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from admin_app.foundation.database import db
from admin_app.mailing.models import Label, LabelPrinter, LabelSheet, LabelStock, MailingBatch, Parcel
from admin_app.mailing.queries import batches, cells
from admin_app.mailing.rules import paper


@dataclass(frozen=True)
class UsedSheet:
    """Stock and printer of the batch that was printed last, and the newest half-used sheet of that stock."""

    reference: str
    stock: LabelStock
    half: cells.HalfUsed | None
    printer_code: str = ""
    """Empty for a printer that was not measured, or is not in use any more."""

    @property
    def start_cell(self) -> int:
        """Its first free cell; the first one of a new sheet."""
        return self.half.free[0] if self.half else 1

    @property
    def value(self) -> str:
        """What is chosen in the form of the sheet."""
        return self.half.sheet.number if self.half else self.stock.code


def stocks_and_last_used(half_used: Sequence[cells.HalfUsed]) -> tuple[list[LabelStock], UsedSheet | None]:
    """The label stocks in use, by code, and what the mailroom printed on last; one statement. `half_used` is what cells.half_used() gave.

    Nothing is proposed before the first print, nor if its stock is not in use any more.
    """
    last = aliased(Label)
    newest = select(last.id).where(last.copy == 1).order_by(last.id.desc()).limit(1).scalar_subquery()
    batch = select(Parcel.batch_id).join(Label, Label.parcel_id == Parcel.id).where(Label.id == newest).scalar_subquery()
    offered = select(LabelStock, MailingBatch.reference, LabelPrinter.code)
    offered = offered.select_from(LabelStock).outerjoin(MailingBatch, (MailingBatch.stock_id == LabelStock.id) & (MailingBatch.id == batch))
    offered = offered.outerjoin(LabelPrinter, (LabelPrinter.id == MailingBatch.printer_id) & LabelPrinter.is_active)
    rows = db.session.execute(offered.where(LabelStock.is_active).order_by(LabelStock.code)).all()
    used = next((_used(*row, half_used) for row in rows if row[1] is not None), None)
    return [row[0] for row in rows], used


def _used(stock: LabelStock, reference: str, printer: str | None, half_used: Sequence[cells.HalfUsed]) -> UsedSheet:
    return UsedSheet(reference, stock, newest_of(stock, half_used), printer or "")


def newest_of(stock: LabelStock, half_used: Sequence[cells.HalfUsed]) -> cells.HalfUsed | None:
    """The newest half-used sheet of a stock."""
    return next(iter(of_stock(stock, half_used)), None)


def of_stock(stock: LabelStock, half_used: Sequence[cells.HalfUsed]) -> list[cells.HalfUsed]:
    """The half-used sheets of a stock, the newest first."""
    return [one for one in half_used if one.sheet.stock_id == stock.id]


def chosen(value: str) -> tuple[LabelStock | None, LabelSheet | None]:
    """Stock and sheet that a form names: the number of a half-used sheet, or the code of a stock for a new one; None: not in use."""
    sheet = cells.by_number(value) if paper.is_sheet_number(value) else None
    if sheet is not None:
        return (sheet.stock if sheet.stock.is_active else None), sheet
    return batches.stock_by_code(value), None
