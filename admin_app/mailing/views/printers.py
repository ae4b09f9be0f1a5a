"""Administration of label printers: the screen of reference data, the test page and the form that takes what was measured."""

from typing import Any

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FloatField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange

from admin_app.audit.crud_view import AuditedReferenceView
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.i18n import language
from admin_app.mailing.models import LabelPrinter
from admin_app.mailing.operations import printers as operations
from admin_app.mailing.queries import printers
from admin_app.web import arguments, form_errors
from admin_app.web.desk_form import DeskForm
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.form_fields import code, line, offered
from admin_app.web.reference_form import ReferenceForm
from reports.labels.test_page import PAPERS, test_page

DOTS = {203: "203 dpi", 300: "300 dpi", 600: "600 dpi"}
PAPER_NAMES = {"a4": "A4", "roll": _l("Roll, 100 × 150 mm")}


def _number(label: Any, lowest: float, highest: float, default: float | None = None, description: Any = "") -> FloatField:
    checks = [InputRequired(), NumberRange(lowest, highest)]
    return FloatField(label, validators=checks, default=default, description=description, render_kw={"inputmode": "decimal"})


class LabelPrinterForm(ReferenceForm):
    """A printer; its correction is better measured than typed."""

    code = code(_l("Code"), 30, description=_l("What stands on the device, like MAIL-1; it cannot be changed later."))
    name = line(_l("Name of the device"), 80, description=_l("For example make, model and room."))
    dpi = SelectField(
        _l("Dots an inch"), coerce=int, default=300, choices=offered(DOTS.items()),
        description=_l("Stands in its manual. Bars are made of whole dots."),
    )  # fmt: skip
    shift_x_mm = _number(_l("Shift to the right (mm)"), -operations.MOST_SHIFT_MM, operations.MOST_SHIFT_MM, 0.0)
    shift_y_mm = _number(_l("Shift down (mm)"), -operations.MOST_SHIFT_MM, operations.MOST_SHIFT_MM, 0.0)
    scale_x_permille = _number(_l("Scale across (‰)"), 980, 1020, 1000.0)
    scale_y_permille = _number(_l("Scale down (‰)"), 980, 1020, 1000.0)
    is_active = BooleanField(_l("In use"), default=True)


class MeasureForm(DeskForm):
    """What a ruler says on the test page."""

    paper = RadioField(_l("Paper of the test page"), choices=offered(PAPER_NAMES.items()), default="a4")
    left_mm = _number(_l("A: left edge of the paper to the left line (mm)"), 0, 60)
    across_mm = _number(_l("B: left line to the right line (mm)"), 50, 200)
    top_mm = _number(_l("C: upper edge of the paper to the upper line (mm)"), 0, 60)
    down_mm = _number(_l("D: upper line to the lower line (mm)"), 80, 300)
    version = HiddenField()


class LabelPrinterReferenceView(AuditedReferenceView):
    """Label printers."""

    model, form = LabelPrinter, LabelPrinterForm
    route_base = "/reference/label-printers"
    show_template = "mailing/printer.html"
    class_permission_name = "label_printers"
    noun, key = "label_printer", "code"
    list_title, add_title, edit_title, show_title = (
        _l("Label printers"), _l("New label printer"), _l("Change label printer"), _l("Label printer"),
    )  # fmt: skip
    intro = _l("The printers that labels come out of. Each is measured once with a test page; then every label lies right on its paper.")
    list_columns = ["code", "name", "dpi", "shift_x_mm", "shift_y_mm", "scale_x_permille", "scale_y_permille"]
    search_columns = ["code", "name"]
    order_columns = ["code"]
    paper_names = PAPER_NAMES


class LabelPrinterView(DeskView):
    """Test page and measuring of one printer."""

    route_base = "/mailing/printers"

    @expose("/<code>/test-page.pdf", methods=["GET"])
    @requires("label_printers.read")
    def page(self, code: str) -> Any:
        """The test page: to be measured, or (with=correction) to be checked."""
        printer = printers.by_code(code)
        paper = arguments.address.choice("paper", PAPERS, "a4")
        is_corrected = arguments.address.choice("with", ("correction",)) == "correction"
        drawn = printers.as_drawn(printer)
        pdf = test_page(printer.code, drawn, PAPERS[paper], language=language(), is_corrected=is_corrected)
        answer = Response(pdf, mimetype="application/pdf")
        answer.headers["Content-Disposition"] = f'inline; filename="test-page-{paper}.pdf"'
        return answer

    @expose("/<code>/measure", methods=["GET"])
    @requires("label_printers.edit")
    def ask(self, code: str) -> Any:
        """The form that takes what was measured."""
        printer = printers.by_code(code)
        return self._page(printer, MeasureForm(formdata=None, version=printer.version))

    @expose("/<code>/measure", methods=["POST"])
    @requires("label_printers.edit")
    def measure(self, code: str) -> Any:
        """Work out the correction; the form keeps what was typed if it cannot be."""
        form = MeasureForm()
        if not form.validate():
            return self._page(printers.by_code(code), form, 422)
        typed = operations.Measured(*(float(field.data) for field in (form.left_mm, form.across_mm, form.top_mm, form.down_mm)))
        try:
            with transaction():
                printer = printers.by_code(code)
                operations.measure(printer, typed, paper=form.paper.data, version=arguments.form.version(), by=signed_in())
        except DomainError as refused:
            if refused.status == 404:
                raise
            return self._page(printers.by_code(code), form, form_errors.put(form, refused))
        flash(_("The correction is saved. Print the test page once more with the correction and check it."), "success")
        return redirect(url_for("LabelPrinterReferenceView.show", pk=printers.by_code(code).id))

    def _page(self, printer: LabelPrinter, form: MeasureForm, status: int = 200) -> Any:
        return self.render_template("mailing/measure.html", printer=printer, form=form, papers=PAPER_NAMES), status
