"""What staff may type about cards."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import DataRequired

from admin_app.cards import rules
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import name, reason

MOST_ROWS = 200
"""Rows of a page that one form may name."""


class HandOverForm(DeskForm):
    """Who collects the card, and that the clerk looked."""

    collected_by = name(_l("Who collects it"), rules.MAX_NAME, description=_l("The name as on the ID card that is shown to you."))
    is_compared = BooleanField(_l("I have compared the ID card with the person and with the card"), validators=[DataRequired()])


class SpoilForm(DeskForm):
    """Why the card is unusable."""

    reason = reason(description=_l("For example: chip not readable, print crooked, bent."))
