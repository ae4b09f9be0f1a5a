"""What is asked when the data of a resident are to be erased."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from admin_app.erasures.rules import WHY_LABELS, Why
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import offered


class AskForm(DeskForm):
    """On what ground the data are erased."""

    why = RadioField(_l("Why"), choices=offered(WHY_LABELS.items()), default=str(Why.PERIOD_OVER), validate_choice=False)
