"""Which label is laid into which cell of which sheet, and what becomes of cells."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from admin_app.audit import operations as audit
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.numbering import next_number
from admin_app.mailing.models import Label, LabelSheet, LabelStock, SheetCell
from admin_app.mailing.queries import cells, sheets
from admin_app.mailing.rules import paper
from admin_app.staff.permissions import verb
from reports.labels.numbers import room_for_number
from reports.labels.sheets import places


class SheetTaken(Conflict):
    """Cells of the sheet were taken by another print meanwhile; details: problems = [{reason}]."""


class CellsRefused(DomainError):
    """No free cell is named, or no reason that there is."""


class SheetFull(DomainError):
    """The sheet has no free cell from the wanted one on."""


def refuse_full(sheet: LabelSheet | None, start_cell: int) -> None:
    """SheetFull if no cell of a half-used sheet is free from `start_cell` on, or its stock has other cells by now."""
    if sheet is not None and (sheet.cells, sheet.columns) != (sheet.stock.cells, sheet.stock.columns):
        raise SheetFull(_l("Label stock %(stock)s has other cells by now. Choose a new sheet.", stock=sheet.stock.code), field="start_cell")
    if sheet is not None and not any(cell >= start_cell for cell in cells.free_of(sheet)):
        raise SheetFull(_l("Sheet %(number)s has no free cell from %(cell)s on.", number=sheet.number, cell=start_cell), field="start_cell")


def lay(labels: Sequence[Label], *, stock: LabelStock, sheet: LabelSheet | None, start_cell: int, job: Job) -> None:
    """Give each label the next free cell: of `sheet` from `start_cell` on, then of new sheets; needs an open transaction.

    Without a sheet they begin on a new one at that cell; what lies before it there was used by somebody before. SheetFull as refuse_full().
    """
    row, sheet = sheets.stock_row(stock), cells.lock(sheet) if sheet else None
    refuse_full(sheet, start_cell)
    laid = list(places(len(labels), row, start_cell=start_cell, spoiled_cells=cells.taken_of(sheet)))
    fresh = _new_sheets(max(place.sheet for place in laid) - (1 if sheet else 0), stock, job)
    pages = ([sheet] if sheet else []) + fresh
    for place, label in zip(laid, labels, strict=True):
        db.session.add(SheetCell(sheet_id=pages[place.sheet - 1].id, cell=place.cell, label=label))
        pages[place.sheet - 1].free -= 1
    if sheet is None:
        db.session.add_all(SheetCell(sheet_id=fresh[0].id, cell=cell) for cell in range(1, start_cell))
        fresh[0].free -= start_cell - 1
    db.session.flush()


def _new_sheets(count: int, stock: LabelStock, job: Job) -> list[LabelSheet]:
    if not count:
        return []
    today, now, has_room = clock.today(), clock.now(), room_for_number(sheets.stock_row(stock)) is not None
    first = next_number(paper.series_of(today), count=count)
    fresh = [
        LabelSheet(
            number=paper.sheet_number(today, first + n), is_numbered=has_room, stock_id=stock.id, cells=stock.cells, columns=stock.columns,
            free=stock.cells, made_at=now, job_id=job.id,
        )
        for n in range(count)
    ]  # fmt: skip
    db.session.add_all(fresh)
    db.session.flush()
    return fresh


def refuse_other_cells(sheet: LabelSheet | None, taken: frozenset[int]) -> None:
    """SheetTaken if other cells of a half-used sheet are taken now than were when its labels were drawn; holds the sheet."""
    if sheet is not None and cells.taken_of(cells.lock(sheet)) != taken:
        raise SheetTaken(
            _l("Another print has taken cells of sheet %(number)s meanwhile. Choose the sheet again.", number=sheet.number),
            problems=[{"reason": "sheet_taken"}],
        )


def spoil(label: Label, why: paper.Spoiled) -> None:
    """The cell of a label that became void is waste; nothing is said of one that was printed before sheets were known."""
    cell = cells.of_label(label)
    if cell is not None:
        cell.spoiled_at, cell.spoiled_why = clock.now(), why


@verb("mailing.spoil_cells")
def spoil_cells(sheet: LabelSheet, *, first: int, last: int, why: str, by: Actor) -> int:
    """Nobody prints in the free cells `first` to `last` any more: they are damaged, or the sheet is gone. Returns how many.

    CellsRefused where none of them is free, or for another word than those of rules.paper.BY_HAND.
    """
    if why not in paper.BY_HAND:
        raise CellsRefused(_l("Please choose one of the listed values."), field="why")
    sheet = cells.lock(sheet)
    lost = [cell for cell in cells.free_of(sheet) if first <= cell <= last]
    if not lost:
        raise CellsRefused(_l("None of these cells is free. Nothing was changed."), field="first")
    now = clock.now()
    db.session.add_all(SheetCell(sheet_id=sheet.id, cell=cell, spoiled_at=now, spoiled_why=why) for cell in lost)
    sheet.free -= len(lost)
    facts = {"cells": paper.cell_ranges(lost), "spoiled_why": why}
    audit.record("mailing.cells_spoiled", "label_sheet", sheet.number, by=by, changes=facts)
    db.session.flush()
    return len(lost)
