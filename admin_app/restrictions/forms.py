"""What is asked when records are restricted, and when that is lifted."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField

from admin_app.restrictions.rules import KIND_LABELS, Kind
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import offered, reason


class RestrictForm(DeskForm):
    """Why, and until when at the latest somebody looks at it again."""

    kind = RadioField(_l("Why"), choices=offered(KIND_LABELS.items()), default=str(Kind.DISPUTE), validate_choice=False)
    reason = reason(_l("In words"))
    look_again_on = DateField(_l("Look at it again on"))


class LiftForm(DeskForm):
    """Why the records may be used again."""

    reason = reason()
