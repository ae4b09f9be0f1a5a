"""Staff verb on a label printer: what was measured on its test page becomes its correction."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.audit import operations as audit
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import DomainError, StaleVersion
from admin_app.mailing.models import LabelPrinter
from admin_app.staff.permissions import verb
from reports.labels.test_page import PAPERS

MOST_SHIFT_MM = 20.0
MOST_SCALE = 0.02
"""A printer misses the size by a few per mille; two per cent and more is a driver that fits the page to its margins."""


class MeasurementRefused(DomainError):
    """What was measured is not what a printer does that prints at actual size; `field` names where it stands."""


@dataclass(frozen=True)
class Measured:
    """What a ruler says on the test page without correction, in millimetres; the letters are those on the page."""

    left_mm: float
    """A: from the left edge of the paper to the left line."""
    across_mm: float
    """B: from the left line to the right line."""
    top_mm: float
    """C: from the upper edge of the paper to the upper line."""
    down_mm: float
    """D: from the upper line to the lower line."""


@verb("mailing.measure_printer")
def measure(printer: LabelPrinter, measured: Measured, *, paper: str, version: int, by: Actor) -> None:
    """Set shift and scale of the printer so that what it prints lies right. Raises MeasurementRefused, StaleVersion.

    A printer that puts a place x at offset + factor × x is told (x − offset) / factor instead.
    """
    db.session.refresh(printer)
    if printer.version != version:
        raise StaleVersion(_l("Somebody else has changed this printer. Nothing was changed; look at it again."))
    page = PAPERS[paper]
    shift_x, scale_x = _correction(measured.left_mm, measured.across_mm, page.inset_mm, page.across_mm, ("left_mm", "across_mm"))
    shift_y, scale_y = _correction(measured.top_mm, measured.down_mm, page.inset_mm, page.down_mm, ("top_mm", "down_mm"))
    before = _facts(printer)
    printer.shift_x_mm, printer.shift_y_mm = round(shift_x, 2), round(shift_y, 2)
    printer.scale_x_permille, printer.scale_y_permille = round(scale_x * 1000, 1), round(scale_y * 1000, 1)
    printer.measured_at = clock.now()
    db.session.flush()
    changes = {"before": before, "after": _facts(printer)}
    audit.record("reference.label_printer_measured", "label_printer", printer.code, by=by, changes=changes)


def _correction(edge: float, span: float, inset: float, true_span: float, fields: tuple[str, str]) -> tuple[float, float]:
    factor = span / true_span
    if abs(factor - 1) > MOST_SCALE:
        sentence = _l(
            "%(typed)s mm in place of %(true)s mm: the page was not printed at actual size. Switch “fit to page” off in the printer's"
            " window, print the test page again and measure that one.",
            typed=f"{span:g}",
            true=f"{true_span:g}",
        )
        raise MeasurementRefused(sentence, field=fields[1])
    shift = -(edge - factor * inset) / factor
    if abs(shift) > MOST_SHIFT_MM:
        raise MeasurementRefused(_l("A printer does not miss by more than 2 cm. Please measure again."), field=fields[0])
    return shift, 1 / factor


def _facts(printer: LabelPrinter) -> dict[str, Any]:
    return {name: getattr(printer, name) for name in ("shift_x_mm", "shift_y_mm", "scale_x_permille", "scale_y_permille")}
