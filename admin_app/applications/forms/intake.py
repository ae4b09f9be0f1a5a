"""What the counter asks for; operations check it."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField

from admin_app.applications.models import Application
from admin_app.applications.operations.details import CaseDetails
from admin_app.applications.rules import APPLICANT_LABELS, CHANNEL_LABELS, DELIVERY_LABELS, REASON_LABELS
from admin_app.foundation.typed_text import numbers, texts
from admin_app.loss_reports import forms as report_forms
from admin_app.unsent_forms.rules import FormKind
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import address, email, id_number, offered, phone, postcode, reason, serial

CASE_FIELDS = (
    "channel", "reason", "statement", "applicant", "agent_name", "agent_id_number", "agent_id_number_confirmed", "old_card_serial",
    "delivery", "recipient", "postcode", "address",
)  # fmt: skip
_KEPT = frozenset({*CASE_FIELDS, "phone", "email", "centre", "key", "begun"})
NEW = FormKind("application", _l("New application"), "applications.take_in", _KEPT)
CHANGE = FormKind("change", _l("Change of an application"), "applications.take_in", _KEPT)
CASE_REPORT = FormKind("case_report", _l("Loss report of a case"), "loss_reports.take", report_forms.UNSENT.fields)
"""Forms as they are kept while they are typed."""
NUMBERS = frozenset({"old_card_serial", "postcode"})
COMPARED = tuple(field for field in CASE_FIELDS if not field.startswith("agent_id_number"))


class CaseForm(DeskForm):
    """An application. `key` makes a second click find the draft of the first; `version` is the one that a change was opened on.

    `begun` is the version on which a change was begun that is sent another day.
    """

    key = HiddenField()
    version = HiddenField()
    begun = HiddenField()
    channel = RadioField(_l("How it came in"), choices=offered(CHANNEL_LABELS.items()), default="counter", validate_choice=False)
    reason = RadioField(_l("Reason"), choices=offered(REASON_LABELS.items()), validate_choice=False)
    statement = TextAreaField(_l("In the resident's words"))
    old_card_serial = serial(_l("Serial of the old card"))
    applicant = RadioField(_l("Who applies"), choices=offered(APPLICANT_LABELS.items()), default="self", validate_choice=False)
    agent_name = StringField(_l("Name of proxy or guardian"))
    agent_id_number = id_number(_l("ID number of proxy or guardian"))
    agent_id_number_confirmed = HiddenField()
    delivery = RadioField(
        _l("How the card reaches the resident"), choices=offered(DELIVERY_LABELS.items()), default="post", validate_choice=False
    )
    recipient = StringField(_l("Recipient"))
    postcode = postcode(_l("Postcode"))
    address = address(_l("Address"), is_required=False)
    phone = phone(_l("Phone of the resident"))
    email = email()
    centre = SelectField(_l("Service centre"), choices=[], validate_choice=False)

    def details(self) -> CaseDetails:
        """What was typed, for the operations."""
        return CaseDetails(**{name: self[name].data or "" for name in CASE_FIELDS})

    def differences(self, application: Application) -> list[tuple[object, str, str]]:
        """(label, typed, saved now) of each field whose typed value is not what is saved."""
        found = []
        for name in COMPARED:
            typed, saved = texts.folded(self[name].data), getattr(application, name)
            if typed != saved and not (name in NUMBERS and numbers.compact(typed) == saved):
                words = {choice.value: choice.label for choice in getattr(self[name], "choices", None) or ()}
                found.append((self[name].label.text, str(words.get(typed, typed)), str(words.get(saved, saved))))
        return found


class CompleteForm(DeskForm):
    """Why a case goes back to the reviewers although nothing was added."""

    reason = reason(_l("Nothing was added since: why does it go back?"))


class TakeBackOriginalForm(DeskForm):
    """Why it is taken back that an original was seen."""

    reason = reason(description=_l("For example: it was a copy, too; it was another person's."))


class ReminderForm(DeskForm):
    """How a resident was reminded of what is missing."""

    how = reason(_l("How was the resident reminded?"), description=_l("For example: told by phone; told at the counter."))


class WithdrawForm(DeskForm):
    """Why an application is withdrawn."""

    reason = reason()
