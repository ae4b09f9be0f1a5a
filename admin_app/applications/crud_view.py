"""Administration of the coded reasons."""

from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from admin_app.applications.models import ReasonCode
from admin_app.audit.crud_view import AuditedReferenceView
from admin_app.web.form_fields import code, line
from admin_app.web.reference_view import ReferenceForm

KINDS = {
    "reject": _l("Rejection"),
    "request_information": _l("Request for information"),
    "refuse_document": _l("Refused document"),
}


class ReasonCodeForm(ReferenceForm):
    """A coded reason in both languages."""

    code = code(_l("Code"), 40, pattern=r"^[a-z][a-z0-9_]*$", description=_l("Small letters, digits and _; it cannot be changed later."))
    kind = SelectField(_l("Used for"), choices=list(KINDS.items()))
    text_en = line(_l("Text, English"), 200, description=_l("The resident reads this in letters."))
    text_zh = line(_l("Text, Chinese"), 200, description=_l("The resident reads this in letters."))
    sort = IntegerField(_l("Place in the list"), validators=[InputRequired(), NumberRange(0, 9999)], default=100)
    is_active = BooleanField(_l("In use"), default=True)


class ReasonCodeReferenceView(AuditedReferenceView):
    """Coded reasons of rejections, requests for information and refused documents."""

    datamodel = SQLAInterface(ReasonCode)
    route_base = "/reference/reasons"
    class_permission_name = "reason_codes"
    noun, ref_column, form = "reason_code", "code", ReasonCodeForm
    unique_columns = ("code",)
    list_title, add_title, edit_title, show_title = _l("Reason codes"), _l("New reason"), _l("Change reason"), _l("Reason")
    intro = _l("What reviewers choose from. Past decisions keep their reason; one that is switched off is not offered any more.")
    label_columns = {
        "code": _l("Code"), "kind": _l("Used for"), "text_en": _l("Text, English"), "text_zh": _l("Text, Chinese"),
        "sort": _l("Place in the list"), "is_active": _l("In use"),
    }  # fmt: skip
    list_columns = ["code", "kind", "text_en", "text_zh", "sort"]
    search_columns = ["code", "text_en", "text_zh"]
    order_columns = ["sort", "code", "kind"]
    edit_columns = ["text_en", "text_zh", "sort", "is_active"]
    add_columns = ["code", "kind", *edit_columns]
    show_columns = add_columns
    shown_as = {"kind": lambda kind: KINDS.get(kind, kind)}
