"""What staff may type about production batches."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from admin_app.cards.forms import BookedForm
from admin_app.centres.models import Centre
from admin_app.foundation.i18n import pick
from admin_app.production import rules
from admin_app.production.models import CardMaker
from admin_app.production.queries.batches import Wish
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import line, offered, optional_line, reason


class BatchForm(DeskForm):
    """Which cards the maker gets."""

    maker = SelectField(_l("Maker of cards"), validate_choice=False)
    centre = SelectField(_l("Centre"), validate_choice=False)
    requested_until = DateField(_l("Requested until"), validators=[Optional()], description=_l("Empty: whenever they were requested."))
    most = IntegerField(
        _l("Cards at most"), validators=[InputRequired(), NumberRange(1, rules.MOST_CARDS)], default=rules.MOST_CARDS,
        description=_l("The longest waiting are taken first."),
    )  # fmt: skip
    seen = HiddenField()

    def offer(self, makers: Sequence[CardMaker], centres: Sequence[Centre]) -> "BatchForm":
        """Fill the choices; returns the form."""
        self.maker.choices = offered((one.code, f"{one.code} · {pick(one, 'name')}") for one in makers)
        self.centre.choices = offered([("", _l("All centres")), *((one.code, pick(one, "name")) for one in centres)])
        return self

    def wish(self, centres: Sequence[Centre]) -> Wish:
        """What was said; call it after validation."""
        centre = next((one.id for one in centres if one.code == self.centre.data), None)
        return Wish(centre, self.requested_until.data, self.most.data)


class LeaveOutForm(DeskForm):
    """Why a card is taken out of a batch."""

    reason = reason(description=_l("For example: the name was corrected after the batch was made."))


class ConfirmForm(DeskForm):
    """Why an answer is taken although counts differ."""

    reason = line(_l("Reason"), 200, is_required=False)


class CheckForm(BookedForm):
    """What is wrong with a card, and who bears it."""

    what = RadioField(_l("What is wrong"), choices=offered(rules.CHECK_FAULT_LABELS.items()), validators=[InputRequired()])
    note = optional_line(_l("Note"), 100)


class CloseForm(DeskForm):
    """Why nothing more is expected of the maker."""

    reason = reason(description=_l("For example: the maker says that the chips are sold out."))
    version = HiddenField()
