"""The sheets of labels of a demo: on which of them the labels of the last days lie."""

import datetime as dt
from dataclasses import dataclass, field

from admin_app.demo.frame import Frame
from admin_app.demo.stories import Moment
from admin_app.foundation.database import db
from admin_app.mailing.models import LabelSheet, LabelStock, SheetCell
from admin_app.mailing.queries.sheets import stock_row
from admin_app.mailing.rules import paper
from reports.labels.numbers import room_for_number

KNOWN_DAYS = 21
"""Days of which the sheets are known, as in an office that took up numbering them then."""


@dataclass(slots=True)
class Print:
    """The labels of one batch: those of its print in their order, and those that were printed again, by which they took the place of."""

    stock: int
    at: Moment
    labels: list[int] = field(default_factory=list)
    again: dict[int, int] = field(default_factory=dict)


def lay(done: Print, frame: Frame) -> None:
    """Write the sheets of one print, each label in the next cell; needs an open transaction."""
    stock, sheet = db.session.get_one(LabelStock, done.stock), None
    has_room = room_for_number(stock_row(stock)) is not None
    for place, label in enumerate((*done.labels, *done.again.values())):
        if sheet is None or not sheet.free:
            number = paper.sheet_number(frame.days.today, frame.numbers.next(paper.series_of(frame.days.today)))
            shape = {"cells": stock.cells, "columns": stock.columns, "free": stock.cells, "is_numbered": has_room}
            sheet = LabelSheet(number=number, public_id=frame.public_id("sheet", number), stock_id=stock.id, made_at=done.at, **shape)
            db.session.add(sheet)
            db.session.flush()
        spoiled = {"spoiled_at": done.at + dt.timedelta(minutes=9), "spoiled_why": paper.Spoiled.REPRINTED} if label in done.again else {}
        db.session.add(SheetCell(sheet_id=sheet.id, cell=place % stock.cells + 1, label_id=label, **spoiled))
        sheet.free -= 1
    db.session.flush()
