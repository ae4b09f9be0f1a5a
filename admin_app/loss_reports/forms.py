"""What is asked for when a loss is reported."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField

from admin_app.loss_reports.rules import CHANNEL_LABELS, Channel
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import offered, reason, serial

KINDS = {"provisional": _l("Provisional"), "formal": _l("Formal")}


class ReportForm(DeskForm):
    """A new report. `key` makes a second click find the report of the first."""

    key = HiddenField()
    confirmed = HiddenField()
    channel = RadioField(_l("How it came in"), choices=offered(CHANNEL_LABELS.items()), default="counter")
    kind = RadioField(_l("Kind"), choices=offered(KINDS.items()), default="provisional")
    was_stolen = BooleanField(_l("The card was stolen"))
    circumstances = TextAreaField(_l("What happened"))
    card_serial = serial(_l("Serial of the lost card"))
    bank_side_reported = BooleanField(_l("The bank side of the card is reported too"))
    centre = SelectField(_l("Service centre"), coerce=str, choices=[], validate_choice=False)

    def is_unconfirmed(self) -> bool:
        """Whether a formal report is asked for whose consequences were not shown yet."""
        return self.kind.data == "formal" and self.channel.data != Channel.PHONE and self.confirmed.data != "yes"


class LiftForm(DeskForm):
    """Why a provisional report ends early."""

    reason = reason()
