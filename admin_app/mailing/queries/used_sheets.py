"""Where the last sheet of labels was left: what is proposed for the next batch."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from admin_app.foundation.database import db
from admin_app.mailing.models import Label, LabelStock, MailingBatch, Parcel


@dataclass(frozen=True)
class UsedSheet:
    """The stock of the batch that was printed last, and the first cell behind its labels."""

    reference: str
    stock: LabelStock
    start_cell: int


def last_used() -> UsedSheet | None:
    """The sheet that the printer of the mailroom was left with; None before the first print, and if its stock is not in use any more.

    A label that was taken out has used its cell all the same; a label printed again on the next free cell has used that one, too.
    """
    newest = select(Label).where(Label.copy == 1).order_by(Label.id.desc()).limit(1)
    label = db.session.scalar(newest.options(joinedload(Label.parcel).joinedload(Parcel.batch).joinedload(MailingBatch.stock)))
    if label is None or not label.parcel.batch.stock.is_active:
        return None
    batch = label.parcel.batch
    of_batch = select(func.count()).select_from(Label).join(Label.parcel).where(Parcel.batch_id == batch.id, Label.copy == 1)
    used = batch.start_cell - 1 + (db.session.scalar(of_batch) or 0)
    again = select(Label.start_cell).join(Label.parcel).join(Parcel.batch).order_by(Label.id)
    for cell in db.session.scalars(again.where(Label.id > label.id, MailingBatch.stock_id == batch.stock_id)):
        used += cell == used % batch.stock.cells + 1
    return UsedSheet(batch.reference, batch.stock, used % batch.stock.cells + 1)
