"""What staff may type in the mailroom."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from admin_app.foundation.database import is_public_id
from admin_app.foundation.i18n import pick
from admin_app.mailing import rules
from admin_app.mailing.models import LabelStock, Parcel
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import line, one_line

LANGUAGE_CHOICES = [("zh", _l("Chinese")), ("en", _l("English"))]


def lines_of(value: Any) -> str:
    """A text of several lines, each cleaned, empty ones left out."""
    return "\n".join(filter(None, (one_line(part) for part in str(value or "").splitlines())))


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
        self.stock.choices = [(stock.code, f"{stock.code} · {pick(stock, 'name')}") for stock in stocks]
        return self


class RecipientForm(DeskForm):
    """What stands on the label."""

    recipient = line(_l("Recipient"), 60)
    postcode = line(_l("Postcode"), 6, is_required=False)
    address = TextAreaField(_l("Address, one line a row"), validators=[DataRequired(), Length(max=200)], filters=[lines_of])
    version = HiddenField()


class ReprintForm(DeskForm):
    """Why a label is printed again, where, and with which text; `label` is the code of the one that becomes void."""

    label = HiddenField()
    reason = line(_l("Reason"), rules.MAX_REASON, description=_l("For example: printer jam, label torn, address corrected."))
    start_cell = IntegerField(_l("Cell to print on"), validators=[InputRequired(), NumberRange(1, 1000)], default=1)
    recipient = line(_l("Recipient"), 60)
    postcode = line(_l("Postcode"), 6, is_required=False)
    address = TextAreaField(_l("Address, one line a row"), validators=[DataRequired(), Length(max=200)], filters=[lines_of])


class TakeOutForm(DeskForm):
    """Why a parcel with a label leaves its batch."""

    reason = line(_l("Reason"), rules.MAX_REASON, description=_l("The printed label becomes void."))


def read_numbers(form: Mapping[str, Any], parcels: Sequence[Parcel]) -> dict[str, str]:
    """public id of each parcel -> tracking number as typed (field 'number-<public id>'); a pasted column fills the empty rows in order."""
    typed = {parcel.public_id: str(form.get(f"number-{parcel.public_id}", ""))[:40] for parcel in parcels}
    column = iter([text.strip()[:40] for text in str(form.get("column", "")).splitlines() if text.strip()])
    for public_id, text in typed.items():
        if not text.strip():
            typed[public_id] = next(column, "")
    return typed


def read_cards(form: Any) -> list[str]:
    """The public ids of the chosen cards."""
    return [public_id for public_id in form.getlist("card") if is_public_id(public_id)][: rules.MAX_PARCELS]


def read_version(text: Any) -> int:
    """The version that a form carries; -1 (no version at all) if it is not a number."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def read_day(text: Any) -> date | None:
    """A day written 2026-11-22, else None."""
    try:
        return date.fromisoformat(str(text or ""))
    except ValueError:
        return None
