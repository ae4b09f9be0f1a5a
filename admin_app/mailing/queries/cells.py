"""Sheets of labels as paper: which of them are half used, which of their cells are taken, what lies on the sheets of a batch."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import contains_eager

from admin_app.foundation.database import db, literal
from admin_app.mailing.models import Label, LabelSheet, LabelStock, MailingBatch, Parcel, SheetCell
from admin_app.mailing.rules import paper

MOST_OFFERED = 12
"""Half-used sheets that are offered, newest first; what is older lies at the bottom of the drawer and is chosen by nobody."""


@dataclass(frozen=True)
class HalfUsed:
    """A sheet with cells that are free, and which they are."""

    sheet: LabelSheet
    free: tuple[int, ...]

    @property
    def free_words(self) -> str:
        """Its free cells as they are said: 6–14."""
        return paper.cell_ranges(list(self.free))


def half_used() -> list[HalfUsed]:
    """The newest sheets of stocks in use that have free cells and lie on that stock as it is now; one statement."""
    taken = select(func.aggregate_strings(cast(SheetCell.cell, String), ",")).where(SheetCell.sheet_id == LabelSheet.id).scalar_subquery()
    offered = select(LabelSheet, taken).join(LabelSheet.stock).options(contains_eager(LabelSheet.stock))
    offered = offered.where(LabelSheet.free > literal(0), LabelStock.is_active, LabelSheet.columns == LabelStock.columns)
    offered = offered.where(LabelSheet.cells == LabelStock.columns * LabelStock.rows).order_by(LabelSheet.id.desc()).limit(MOST_OFFERED)
    return [HalfUsed(sheet, _free(sheet, cells)) for sheet, cells in db.session.execute(offered)]


def _free(sheet: LabelSheet, taken: str | None) -> tuple[int, ...]:
    used = {int(cell) for cell in (taken or "").split(",") if cell}
    return tuple(cell for cell in range(1, sheet.cells + 1) if cell not in used)


def by_number(number: str) -> LabelSheet | None:
    """The sheet with this number."""
    return db.session.scalar(select(LabelSheet).where(LabelSheet.number == number[:12]))


def lock(sheet: LabelSheet) -> LabelSheet:
    """The sheet as it is now, held until the transaction ends: whoever takes cells of it, or spoils them, comes one after another."""
    fresh = select(LabelSheet).where(LabelSheet.id == sheet.id).execution_options(populate_existing=True)
    return db.session.scalars(fresh.with_for_update(of=LabelSheet)).one()


def taken_of(sheet: LabelSheet | None) -> frozenset[int]:
    """Its cells that are used or spoiled; none of a sheet that nothing is known of."""
    if sheet is None:
        return frozenset()
    return frozenset(db.session.scalars(select(SheetCell.cell).where(SheetCell.sheet_id == sheet.id)))


def free_of(sheet: LabelSheet) -> list[int]:
    """Its free cells in order."""
    taken = taken_of(sheet)
    return [cell for cell in range(1, sheet.cells + 1) if cell not in taken]


def of_batch(batch: MailingBatch) -> Sequence[SheetCell]:
    """Every cell that is not free, of every sheet on which a label of this batch lies, with its sheet; by sheet and cell."""
    mine = select(SheetCell.sheet_id).join(Label, Label.id == SheetCell.label_id).join(Parcel, Parcel.id == Label.parcel_id)
    mine = mine.where(Parcel.batch_id == batch.id)
    return _with_sheets(SheetCell.sheet_id.in_(mine))


def of_labels(label_ids: Collection[int]) -> Sequence[SheetCell]:
    """The cells in which these labels lie, with their sheets; by sheet and cell."""
    return _with_sheets(SheetCell.label_id.in_(label_ids))


def _with_sheets(which: object) -> Sequence[SheetCell]:
    wanted = select(SheetCell).join(SheetCell.sheet).where(which).options(contains_eager(SheetCell.sheet))  # type: ignore[arg-type]
    return db.session.scalars(wanted.order_by(SheetCell.sheet_id, SheetCell.cell)).all()


def of_label(label: Label) -> SheetCell | None:
    """The cell in which the label lies; None for one that was printed before sheets were known."""
    return db.session.scalar(select(SheetCell).where(SheetCell.label_id == label.id))
