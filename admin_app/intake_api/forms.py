"""What is asked about a client and a new key."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from admin_app.foundation.filing import LEVEL_LABELS, Level
from admin_app.intake_api.rules import NETWORKS_LENGTH, SCOPE_LABELS
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import line, offered


class ClientForm(DeskForm):
    """Whose program it is, what it may ask for, from where."""

    version = HiddenField()
    name = line(_l("Whose program"), 60, description=_l("Such as «City portal». It stands in the audit log."))
    scopes = SelectMultipleField(
        _l("May ask for"),
        choices=offered(SCOPE_LABELS.items()),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )
    max_level = SelectField(
        _l("Knows residents at most as"),
        choices=offered((int(level), label) for level, label in LEVEL_LABELS.items()),
        default=str(int(Level.PHONE)),
        validate_choice=False,
        description=_l("It may say so of each application, and not more. Whoever decides a case sees it."),
    )
    networks = TextAreaField(
        _l("From these networks"),
        description=_l("One a line, such as 203.0.113.7 or 203.0.113.0/24. From anywhere else its keys open nothing."),
        render_kw={"maxlength": NETWORKS_LENGTH},
    )


class KeyForm(DeskForm):
    """Until when a new key works."""

    expires_on = DateField(_l("Works until"), description=_l("A year at the most. Make the next key before that day: two work at once."))
