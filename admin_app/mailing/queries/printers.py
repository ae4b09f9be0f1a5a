"""Label printers: those in use, one by its code, and as the drawing of labels knows them."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_app.foundation.database import db
from admin_app.foundation.errors import NotFound
from admin_app.mailing.models import LabelPrinter
from reports.labels.printers import UNMEASURED, Printer

MOST = 200
"""Printers that are offered; no office has more."""


def in_use(also: LabelPrinter | None = None) -> list[LabelPrinter]:
    """The printers in use, by code; and `also`, which a batch has already, whether it is in use or not."""
    offered = LabelPrinter.is_active | (LabelPrinter.id == also.id) if also else LabelPrinter.is_active
    return list(db.session.scalars(select(LabelPrinter).where(offered).order_by(LabelPrinter.code).limit(MOST)))


def by_code(code: str) -> LabelPrinter:
    """The printer with this code, in use or not; NotFound if there is none."""
    found = db.session.scalar(select(LabelPrinter).where(LabelPrinter.code == code[:30]))
    if found is None:
        raise NotFound(_l("There is no such printer."))
    return found


def chosen(code: str | None) -> LabelPrinter | None:
    """The printer that a form names after it was checked against what is offered; None for '', one that was not measured."""
    return by_code(code) if code else None


def as_drawn(printer: LabelPrinter | None) -> Printer:
    """Its dots, shift and scale for the drawing of labels."""
    if printer is None:
        return UNMEASURED
    scales = printer.scale_x_permille / 1000, printer.scale_y_permille / 1000
    return Printer(printer.dpi, printer.shift_x_mm, printer.shift_y_mm, *scales)
