"""The lists of sheets and of spoiled cells, one sheet with what lies in its cells, and how much was wasted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from admin_app.foundation import clock, keyset
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, is_public_id, literal
from admin_app.foundation.errors import NotFound
from admin_app.mailing.models import Label, LabelSheet, LabelStock, Parcel, SheetCell
from admin_app.mailing.queries import parcels

NEWEST = keyset.Order((LabelSheet.id,))
SPOILED = keyset.Order((SheetCell.spoiled_at, SheetCell.id), is_set=True)
MONTHS = 3
"""Months of which the waste is shown."""


class Asked(NamedTuple):
    """What the list of spoiled cells is asked for: a stock by its code, and the days from and to, both included."""

    stock: str | None = None
    days: tuple[date | None, date | None] | None = None


def visible_to(staff: Actor) -> ColumnElement[bool]:
    """The condition on LabelSheet: paper is the whole office's."""
    return true() if staff.may("mailing.read") else false()


def listed(who: Actor, tab: str, _today: date) -> Select[Any]:
    """The sheets of a tab with their stocks."""
    return select(LabelSheet).where(*_of_tab(who, tab)).options(joinedload(LabelSheet.stock))


def ids(who: Actor, tab: str, _today: date) -> Select[Any]:
    """The ids of a tab, to be counted."""
    return select(LabelSheet.id).where(*_of_tab(who, tab))


def _of_tab(who: Actor, tab: str) -> list[ColumnElement[bool]]:
    return [visible_to(who), *([LabelSheet.free > literal(0)] if tab == "half" else [])]


def by_public_id(staff: Actor, public_id: str) -> LabelSheet:
    """The sheet with its stock; NotFound if there is none or `staff` may not know of it."""
    wanted = select(LabelSheet).where(LabelSheet.public_id == public_id, visible_to(staff)).options(joinedload(LabelSheet.stock))
    found = db.session.scalar(wanted) if is_public_id(public_id) else None
    if found is None:
        raise NotFound(_l("There is no such sheet of labels."))
    return found


def by_number(staff: Actor, number: str) -> LabelSheet | None:
    """The sheet S26-00017, if `staff` may know of it."""
    return db.session.scalar(select(LabelSheet).where(LabelSheet.number == number[:12], visible_to(staff)))


def cells_of(sheet: LabelSheet) -> dict[int, SheetCell]:
    """Number -> the cell, for each that is not free."""
    return {one.cell: one for one in db.session.scalars(select(SheetCell).where(SheetCell.sheet_id == sheet.id))}


def codes_of(staff: Actor, sheet: LabelSheet) -> dict[int, str]:
    """Number of a cell -> the code of its label: of void ones, and of parcels that `staff` may see, as in the picture of a batch."""
    mine = select(SheetCell.cell, Label.code).join(SheetCell.label).join(Label.parcel).join(Parcel.card)
    found = mine.where(SheetCell.sheet_id == sheet.id, or_(SheetCell.spoiled_at.is_not(None), parcels.visible_to(staff)))
    return {cell: code for cell, code in db.session.execute(found.where(visible_to(staff)))}


def spoiled(who: Actor, asked: Asked, _today: date) -> Select[Any]:
    """The cells that are waste, with sheet, stock and label."""
    wanted = select(SheetCell).join(SheetCell.sheet).join(LabelSheet.stock).where(*_wasted(who, asked))
    return wanted.options(contains_eager(SheetCell.sheet).contains_eager(LabelSheet.stock), joinedload(SheetCell.label))


def spoiled_ids(who: Actor, asked: Asked, _today: date) -> Select[Any]:
    """Their ids, to be counted."""
    return select(SheetCell.id).join(SheetCell.sheet).join(LabelSheet.stock).where(*_wasted(who, asked))


def _wasted(who: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    first, last = asked.days or (None, None)
    conditions = [SheetCell.spoiled_at.is_not(None), visible_to(who)]
    conditions += [LabelStock.code == asked.stock] if asked.stock else []
    conditions += [SheetCell.spoiled_at >= clock.start_of(first)] if first else []
    return [*conditions, *([SheetCell.spoiled_at < clock.start_of(last + timedelta(days=1))] if last else [])]


@dataclass(frozen=True)
class Waste:
    """Cells of one stock that became waste, by month."""

    stock: str
    spoiled: tuple[int, ...]
    """One figure a month, this month first."""


def months(today: date) -> list[tuple[date, date]]:
    """First and last day of this month and those before it, as many as are shown."""
    found, first = [], today.replace(day=1)
    for _ in range(MONTHS):
        found.append((first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)))
        first = (first - timedelta(days=1)).replace(day=1)
    return found


def waste(who: Actor, today: date) -> list[Waste]:
    """The waste of each stock that has any in these months, by code; one statement over the cells of these months alone."""
    shown = months(today)
    counted = [
        func.count().filter(SheetCell.spoiled_at >= clock.start_of(first), SheetCell.spoiled_at < clock.start_of(last + timedelta(days=1)))
        for first, last in shown
    ]
    found = select(LabelStock.code, *counted).select_from(SheetCell).join(SheetCell.sheet).join(LabelSheet.stock)
    found = found.where(SheetCell.spoiled_at >= clock.start_of(shown[-1][0]), visible_to(who))
    rows: Sequence[Any] = db.session.execute(found.group_by(LabelStock.code).order_by(LabelStock.code)).all()
    return [Waste(row[0], tuple(row[1:])) for row in rows]
