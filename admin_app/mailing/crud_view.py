"""Administration of label stocks."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import BooleanField, FloatField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from admin_app.audit.crud_view import AuditedReferenceView
from admin_app.mailing.models import LEAST_POINTS, LabelStock
from admin_app.mailing.queries import print_fonts
from admin_app.web.form_fields import code, line, offered
from admin_app.web.reference_form import ReferenceForm
from reports.barcodes.symbols import Symbol
from reports.labels.rows import TOLERANCE_MM, Kind

KINDS = {
    Kind.SHEET: _l("Labels on a sheet or roll"),
    Kind.PRINTED_ENVELOPE: _l("Envelope with postcode boxes printed on it"),
    Kind.BLANK_ENVELOPE: _l("Blank envelope: boxes and place for the stamp are printed, too"),
}
SYMBOLS = {Symbol.CODE128: _l("Bars (Code 128)"), Symbol.QR: _l("QR code"), Symbol.DATA_MATRIX: "Data Matrix"}


def _mm(label: Any, lowest: float, highest: float, default: float | None = None) -> FloatField:
    checks = [InputRequired(), NumberRange(lowest, highest)]
    return FloatField(label, validators=checks, default=default, render_kw={"inputmode": "decimal"})


class LabelStockForm(ReferenceForm):
    """A kind of label sheet; millimetres from the top left corner of the page."""

    code = code(_l("Code"), 30, description=_l("The maker's number, like L7163; it cannot be changed later."))
    name_en = line(_l("Name, English"), 80)
    name_zh = line(_l("Name, Chinese"), 80)
    kind = SelectField(
        _l("What it is"), default=Kind.SHEET, choices=offered(KINDS.items()),
        description=_l("An envelope gets the face of GB/T 1416: postcode boxes, recipient, sender."),
    )  # fmt: skip
    page_width_mm = _mm(_l("Page width (mm)"), 20, 500)
    page_height_mm = _mm(_l("Page height (mm)"), 20, 500)
    columns = IntegerField(_l("Columns"), validators=[InputRequired(), NumberRange(1, 20)])
    rows = IntegerField(_l("Rows"), validators=[InputRequired(), NumberRange(1, 50)])
    left_mm = _mm(_l("Left margin (mm)"), 0, 400, 0.0)
    top_mm = _mm(_l("Top margin (mm)"), 0, 400, 0.0)
    cell_width_mm = _mm(_l("Label width (mm)"), 10, 500)
    cell_height_mm = _mm(_l("Label height (mm)"), 10, 500)
    column_gap_mm = _mm(_l("Gap between columns (mm)"), 0, 100, 0.0)
    row_gap_mm = _mm(_l("Gap between rows (mm)"), 0, 100, 0.0)
    symbol = SelectField(
        _l("Kind of barcode"),
        default=Symbol.CODE128,
        choices=offered(SYMBOLS.items()),
        description=_l("A square takes less room; not every scanner reads it."),
    )
    least_points = FloatField(
        _l("Smallest type (points)"), validators=[InputRequired(), NumberRange(4, 30)], default=LEAST_POINTS,
        render_kw={"inputmode": "decimal"}, description=_l("What would need smaller type is not printed; the batch says so before."),
    )  # fmt: skip
    is_active = BooleanField(_l("In use"), default=True)

    def validate(self, extra_validators: Any = None) -> bool:
        """All labels must lie on the page."""
        if not super().validate(extra_validators):
            return False
        self._check(self.cell_width_mm, self.page_width_mm, self.left_mm, self.columns, self.column_gap_mm)
        self._check(self.cell_height_mm, self.page_height_mm, self.top_mm, self.rows, self.row_gap_mm)
        if self.kind.data != Kind.SHEET and not self._is_one_face():
            self.kind.errors = [_("An envelope is one label as big as its page: one column, one row, no margins.")]
        return not self.errors

    def _is_one_face(self) -> bool:
        face = (self.columns.data, self.rows.data, self.left_mm.data, self.top_mm.data, self.cell_width_mm.data, self.cell_height_mm.data)
        return face == (1, 1, 0, 0, self.page_width_mm.data, self.page_height_mm.data)

    def _check(self, cell: Any, page: Any, margin: Any, count: Any, gap: Any) -> None:
        needed = margin.data + count.data * cell.data + (count.data - 1) * gap.data
        if needed > page.data + TOLERANCE_MM:
            cell.errors = [_("The labels need %(needed)s mm, the page has %(page)s mm.", needed=f"{needed:g}", page=f"{page.data:g}")]


class LabelStockReferenceView(AuditedReferenceView):
    """Label stocks."""

    model, form = LabelStock, LabelStockForm
    route_base = "/reference/label-stocks"
    list_template = "mailing/label_stocks.html"
    add_template = edit_template = "mailing/label_stock_form.html"
    printable_scripts, rare_fonts = staticmethod(print_fonts.printable_scripts), staticmethod(print_fonts.rare_fonts)
    class_permission_name = "label_stocks"
    noun, key = "label_stock", "code"
    list_title, add_title, edit_title, show_title = _l("Label stocks"), _l("New label stock"), _l("Change label stock"), _l("Label stock")
    intro = _l("The sheets and rolls that labels are printed on. Measure once; every label is placed by these figures.")
    list_columns = ["code", "name_en", "name_zh", "columns", "rows", "cell_width_mm", "cell_height_mm"]
    search_columns = ["code", "name_en", "name_zh"]
    order_columns = ["code", "name_en"]
    picture_title = _l("The sheet")

    def picture(self, item: LabelStock) -> Markup:
        """The page with its labels, to scale."""
        page = f"0 0 {item.page_width_mm:g} {item.page_height_mm:g}"
        cells = Markup("").join(
            Markup('<rect class="stock-cell" x="{:g}" y="{:g}" width="{:g}" height="{:g}" rx="1.5"/>').format(
                item.left_mm + column * (item.cell_width_mm + item.column_gap_mm),
                item.top_mm + row * (item.cell_height_mm + item.row_gap_mm),
                item.cell_width_mm,
                item.cell_height_mm,
            )
            for row in range(item.rows)
            for column in range(item.columns)
        )
        sheet = Markup('<rect class="stock-page" width="100%" height="100%"/>')
        size = {"width": f"{item.page_width_mm:g}", "height": f"{item.page_height_mm:g}"}
        label = _("%(count)s labels on a page of %(width)s × %(height)s mm", count=item.cells, **size)
        return Markup('<svg class="stock-picture" viewBox="{}" role="img" aria-label="{}">{}{}</svg>').format(page, label, sheet, cells)
