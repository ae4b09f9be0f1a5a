"""What staff may type in the mailroom."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from admin_app.applications.rules import DELIVERY_LABELS
from admin_app.foundation.i18n import pick
from admin_app.foundation.typed_text import texts
from admin_app.mailing import rules
from admin_app.mailing.models import LabelStock, Parcel
from admin_app.web.arguments import Arguments
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import address, name, number, offered, postcode, reason

LANGUAGE_CHOICES = offered([("zh", _l("Chinese")), ("en", _l("English"))])


class SheetForm(DeskForm):
    """On what the labels are printed."""

    stock = SelectField(_l("Label sheet"))
    start_cell = IntegerField(
        _l("First free cell"), validators=[InputRequired(), NumberRange(1, 1000)], default=1,
        description=_l("Counted row by row; cells before it are used up already."),
    )  # fmt: skip
    label_language = RadioField(_l("Language of the labels"), choices=LANGUAGE_CHOICES, default="zh")
    version = HiddenField()

    def offer(self, stocks: Sequence[LabelStock]) -> "SheetForm":
        """Fill the choice of stocks; returns the form."""
        self.stock.choices = offered((stock.code, f"{stock.code} · {pick(stock, 'name')}") for stock in stocks)
        return self


class RecipientForm(DeskForm):
    """What stands on the label."""

    recipient = name(_l("Recipient"), 60)
    postcode = postcode(_l("Postcode"), is_optional=True)
    address = address(_l("Address, one line a row"))
    version = HiddenField()


class ReprintForm(DeskForm):
    """Why a label is printed again, where, and with which text; `label` is the code of the one that becomes void."""

    label = HiddenField()
    reason = reason(description=_l("For example: printer jam, label torn, address corrected."))
    start_cell = IntegerField(_l("Cell to print on"), validators=[InputRequired(), NumberRange(1, 1000)], default=1)
    recipient = name(_l("Recipient"), 60)
    postcode = postcode(_l("Postcode"), is_optional=True)
    address = address(_l("Address, one line a row"))


class TakeOutForm(DeskForm):
    """Why a parcel with a label leaves its batch."""

    reason = reason(description=_l("The printed label becomes void."))


class RedirectForm(DeskForm):
    """Where a card goes, and why that changes."""

    delivery = RadioField(_l("How the card reaches the resident"), choices=offered(DELIVERY_LABELS.items()), validate_choice=False)
    recipient = StringField(_l("Recipient"), render_kw={"maxlength": 50})
    postcode = postcode(_l("Postcode"))
    address = TextAreaField(_l("Address, one line a row"))
    reason = reason(description=_l("For example: moved house; wants to collect it at the counter."))
    version = HiddenField()


class TrackingForm(DeskForm):
    """Another tracking number for a parcel that has left, and why the one that was entered is wrong."""

    tracking_number = number(_l("Tracking number"), "tracking")
    reason = reason(description=_l("For example: two receipts were mixed up, a digit was mistyped."))
    version = HiddenField()


class TypedNumbers(NamedTuple):
    """The tracking numbers of a batch as they were typed."""

    of_parcels: dict[str, str]
    """Public id of each parcel -> its number, '' where none was typed."""
    left_over: list[str]
    """What was pasted and found no empty row."""


def read_numbers(form: Arguments, parcels: Sequence[Parcel]) -> TypedNumbers:
    """What stands in the rows (fields 'number-<public id>'); a pasted column fills the empty rows in order."""
    rows = form.by_row("number", most=rules.MAX_PARCELS)
    typed = {parcel.public_id: texts.folded(rows.get(parcel.public_id)) for parcel in parcels}
    column = iter(filter(None, texts.folded(form.single("column")).split("\n")))
    return TypedNumbers({public_id: text or next(column, "") for public_id, text in typed.items()}, list(column))
