"""What staff may type in the mailroom."""

from collections.abc import Sequence
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange

from admin_app.applications.rules import DELIVERY_LABELS
from admin_app.cards.forms import BookedForm
from admin_app.cards.rules import FAULT_LABELS
from admin_app.foundation.i18n import pick
from admin_app.foundation.typed_text import texts
from admin_app.mailing import rules
from admin_app.mailing.models import LabelPrinter, LabelStock, Parcel
from admin_app.mailing.operations.numbering import Entered
from admin_app.mailing.queries.cells import HalfUsed
from admin_app.mailing.rules import packing, paper, returns
from admin_app.mailing.rules.label_choice import BY_RULE, BY_TABLE, WORDS_LABELS, for_post
from admin_app.mailing.rules.phones import PHONE_LABELS, PhoneShown
from admin_app.web.arguments import Arguments
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import NUMBER_ROOM, address, line, name, number, offered, optional_line, postcode, reason


class SheetForm(DeskForm):
    """On what the labels are printed."""

    stock = SelectField(_l("Label sheet"))
    printer = SelectField(_l("Label printer"), default="", description=_l("Bars and places are made for it."))
    start_cell = IntegerField(
        _l("First free cell"), validators=[InputRequired(), NumberRange(1, 1000)], default=1,
        description=_l("Counted row by row; labels take what is free from it on."),
    )  # fmt: skip
    label_design = SelectField(
        _l("Label design"), default=BY_RULE, description=_l("By rule each label gets the design for its way, its name and this sheet."),
    )  # fmt: skip
    label_language = SelectField(_l("Words on the labels"), choices=offered(WORDS_LABELS.items()), default=BY_RULE)
    phone_shown = SelectField(_l("Phone on the labels"), choices=offered(PHONE_LABELS.items()), default=PhoneShown.DESIGN)
    version = HiddenField()

    def offer(self, stocks: Sequence[LabelStock], printers: Sequence[LabelPrinter], half_used: Sequence[HalfUsed]) -> "SheetForm":
        """Fill the choices of sheets (half-used ones before a new one of their stock) and printers; returns the form."""
        self.stock.choices = offered(choice for stock in stocks for choice in _papers(stock, half_used))
        measured = ((printer.code, f"{printer.code} · {printer.name} · {printer.dpi} dpi") for printer in printers)
        self.printer.choices = offered([("", _l("Another one of 300 or 600 dpi, not measured")), *measured])
        designs = ((one.code, pick(one, "name")) for one in for_post())
        self.label_design.choices = offered([(BY_RULE, BY_TABLE), *designs])
        return self

    def look(self) -> dict[str, Any]:
        """Where the labels begin and how they look, as the operations are told."""
        look = {"label_design": self.label_design.data, "label_language": self.label_language.data, "phone": self.phone_shown.data}
        return {"start_cell": self.start_cell.data} | look


def _papers(stock: LabelStock, half_used: Sequence[HalfUsed]) -> list[tuple[str, Any]]:
    """The half-used sheets of a stock by their numbers, then a new one by the code of the stock."""
    begun = [(one.sheet.number, sheet_words(one)) for one in half_used if one.sheet.stock_id == stock.id]
    named = f"{stock.code} · {pick(stock, 'name')}"
    return [*begun, (stock.code, _l("%(stock)s · a new sheet", stock=named) if begun else named)]


def sheet_words(one: HalfUsed) -> Any:
    """A half-used sheet as it is offered."""
    return _l("%(stock)s · sheet %(number)s, free %(cells)s", stock=one.sheet.stock.code, number=one.sheet.number, cells=one.free_words)


class RecipientForm(DeskForm):
    """What stands on the label."""

    recipient = name(_l("Recipient"), 60)
    postcode = postcode(_l("Postcode"), is_optional=True)
    address = address(_l("Address, one line a row"))
    version = HiddenField()


class PrintAgainForm(DeskForm):
    """On which sheet labels are printed again; '' for one that nothing is known of."""

    onto = SelectField(_l("Sheet to print on"), default="")

    def offer(self, half_used: Sequence[HalfUsed]) -> Self:
        """Fill the choices with the half-used sheets of the stock; returns the form."""
        begun = [(one.sheet.number, _l("%(number)s, free %(cells)s", number=one.sheet.number, cells=one.free_words)) for one in half_used]
        self.onto.choices = offered([*begun, ("", _l("A new sheet, or one without a number"))])
        return self


class ReprintForm(PrintAgainForm):
    """Why a label is printed again, where, and with which text; `label` is the code of the one that becomes void."""

    label = HiddenField()
    reason = reason(description=_l("For example: printer jam, label torn, address corrected."))
    start_cell = IntegerField(_l("Cell to print on"), validators=[InputRequired(), NumberRange(1, 1000)], default=1)
    recipient = name(_l("Recipient"), 60)
    postcode = postcode(_l("Postcode"), is_optional=True)
    address = address(_l("Address, one line a row"))


def _cell(label: Any, most: int = 1000, *, description: Any = "") -> IntegerField:
    return IntegerField(label, validators=[InputRequired(), NumberRange(1, most)], default=1, description=description)


class JammedForm(PrintAgainForm):
    """Which cells of a printed sheet did not print, and where their labels are printed again."""

    sheet = _cell(_l("Sheet of this batch"))
    first = _cell(_l("From cell"))
    last = _cell(_l("To cell"))
    start_cell = _cell(_l("Cell to print on"), description=_l("The first of the new labels; the others follow."))
    reason = reason(description=_l("For example: printer jam, sheet torn."))


class PrintedAlreadyForm(DeskForm):
    """Why labels that were printed are opened to be printed once more."""

    reason = reason(description=_l("For example: the printer took no paper, nothing came out."))


class SpoilForm(DeskForm):
    """Which free cells of a sheet cannot be used any more, and why."""

    first = _cell(_l("From cell"))
    last = _cell(_l("To cell"))
    why = SelectField(_l("Why"), choices=offered((one, paper.SPOILED_LABELS[one]) for one in paper.BY_HAND), default=paper.Spoiled.GONE)


class TakeOutForm(DeskForm):
    """Why a parcel with a label leaves its batch."""

    why = SelectField(
        _l("What is the difference?"), choices=offered(packing.DIFFERENCE_LABELS.items()), default=packing.Difference.HELD_BACK,
        description=_l("The books of the batch come out even by it."), validate_choice=False,
    )  # fmt: skip
    reason = reason(description=_l("The printed label becomes void."))


class RedirectForm(DeskForm):
    """Where a card goes, and why that changes."""

    delivery = RadioField(_l("How the card reaches the resident"), choices=offered(DELIVERY_LABELS.items()), validate_choice=False)
    recipient = StringField(_l("Recipient"), render_kw={"maxlength": 50})
    postcode = postcode(_l("Postcode"))
    address = address(_l("Address, one line a row"), is_required=False)
    reason = reason(description=_l("For example: moved house; wants to collect it at the counter."))
    version = HiddenField()


class PostageForm(DeskForm):
    """How the post carries a batch."""

    postage = SelectField(_l("Postage class"), choices=offered(packing.POSTAGE_LABELS.items()), default=packing.Postage.REGISTERED)


class TrackingForm(DeskForm):
    """Another tracking number for a parcel that has left, and why the one that was entered is wrong."""

    tracking_number = number(_l("Tracking number"), "tracking")
    reason = reason(description=_l("For example: two receipts were mixed up, a digit was mistyped."))
    version = HiddenField()


class ScanForm(DeskForm):
    """What the scanner of the returns desk reads: our label, or the number of the post."""

    code = StringField(_l("Label or tracking number"), render_kw={"maxlength": NUMBER_ROOM, "autocomplete": "off", "spellcheck": "false"})


class ReturnForm(DeskForm):
    """Why a parcel came back, and where its card lies now."""

    reason = SelectField(
        _l("Why it came back"),
        choices=offered(returns.BY_KEY.items()),
        description=_l("The key of a number chooses its reason."),
    )  # fmt: skip
    shelf = line(_l("Place on the shelf"), returns.SHELF_LENGTH, description=_l("For example: B2. The place of the last one is proposed."))


class ShelfForm(DeskForm):
    """Where a card lies now."""

    shelf = line(_l("Place on the shelf"), returns.SHELF_LENGTH)


class AttemptForm(DeskForm):
    """One attempt to reach a resident about a card that came back."""

    way = SelectField(_l("How"), choices=offered(returns.WAY_LABELS.items()))
    result = SelectField(_l("What came of it"), choices=offered(returns.REACHED_LABELS.items()))
    note = line(_l("Note"), returns.NOTE_LENGTH, is_required=False)


class SendOnForm(DeskForm):
    """Where a card goes that came back."""

    delivery = RadioField(_l("How the card reaches the resident"), choices=offered(DELIVERY_LABELS.items()), validate_choice=False)
    recipient = StringField(_l("Recipient"), render_kw={"maxlength": 50})
    postcode = postcode(_l("Postcode"))
    address = address(_l("Address, one line a row"), is_required=False)
    version = HiddenField()


class InquiryForm(DeskForm):
    """What the carrier calls a question about a parcel."""

    carrier_reference = optional_line(_l("Number of the inquiry"), returns.CARRIER_REFERENCE_LENGTH)


class NotDeliveredForm(DeskForm):
    """Why a parcel is not delivered of which that was said."""

    reason = reason(description=_l("For example: entered for another parcel; the resident has not received it."))


class LostForm(BookedForm):
    """Why a parcel is given up, and whom the new card is put down to."""

    fault = SelectField(
        _l("Because of whom"), choices=offered([("", _l("Not known, or nobody")), *FAULT_LABELS.items()]), default="post",
        description=_l("The new card is put down to them."),
    )  # fmt: skip
    reason = reason(description=_l("For example: the carrier cannot find it."))


class ReplaceForm(LostForm):
    """Why a card that came back is of no use any more, and whom the new one is put down to."""

    reason = reason(description=_l("For example: bent in the post, envelope torn."))


def read_numbers(form: Arguments, parcels: Sequence[Parcel]) -> Entered:
    """What stands in the rows (fields 'number-<public id>'), the pairs and the range, all as typed."""
    rows = form.by_row("number", most=rules.MAX_PARCELS)
    typed = {parcel.public_id: texts.folded(rows.get(parcel.public_id)) for parcel in parcels}
    return Entered(typed, form.single("pairs"), form.single("first"), form.single("count"))
