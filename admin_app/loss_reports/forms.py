"""What is asked for when a loss is reported."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField

from admin_app.foundation.typed_text import numbers, texts
from admin_app.loss_reports.models import LossReport
from admin_app.loss_reports.rules import CHANNEL_LABELS, Channel
from admin_app.unsent_forms.rules import FormKind
from admin_app.web.desk_form import DeskForm
from admin_app.web.form_fields import email, offered, reason, serial

KINDS = {"provisional": _l("Provisional"), "formal": _l("Formal")}


SAID = ("channel", "kind", "was_stolen", "circumstances", "card_serial", "bank_side_reported")
"""What a report says."""
UNSENT = FormKind("loss_report", _l("New loss report"), "loss_reports.take", frozenset({*SAID, "email", "centre", "key"}))
"""The form as it is kept while it is typed."""
YES_NO = {True: _l("yes"), False: _l("no")}


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
    email = email()
    centre = SelectField(_l("Service centre"), coerce=str, choices=[], validate_choice=False)

    def differences(self, report: LossReport, only: Iterable[str] = SAID) -> list[tuple[object, str, str]]:
        """(label, typed, saved) of each field that says something else than the report that was taken with this form."""
        began_formal = report.formal_at is not None and report.formal_at == report.reported_at
        found = []
        for name in only:
            saved: Any = ("formal" if began_formal else "provisional") if name == "kind" else getattr(report, name)
            typed = self[name].data or type(saved)()
            typed = texts.folded(typed) if isinstance(typed, str) else typed
            if typed != saved and not (name == "card_serial" and numbers.compact(str(typed)) == saved):
                words: dict[Any, Any] = {choice.value: choice.label for choice in getattr(self[name], "choices", None) or ()}
                words |= YES_NO if isinstance(saved, bool) else {}
                found.append((self[name].label.text, str(words.get(typed, typed)), str(words.get(saved, saved))))
        return found

    def is_unconfirmed(self) -> bool:
        """Whether a formal report is asked for whose consequences were not shown yet."""
        return self.kind.data == "formal" and self.channel.data != Channel.PHONE and self.confirmed.data != "yes"


class LiftForm(DeskForm):
    """Why a provisional report ends early."""

    reason = reason()
