"""The loss report that a case takes along: whether its page asks for one, the form, what it says otherwise than a report that runs."""

from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.foundation.database import new_public_id
from admin_app.loss_reports import queries as loss_reports
from admin_app.loss_reports.forms import ReportForm
from admin_app.loss_reports.models import LossReport
from admin_app.unsent_forms.queries import OnPage


def running(case: Application) -> Any:
    """The report of the resident that runs already; None if there is none, or the case needs none."""
    if case.reason not in rules.NEEDS_FORMAL_LOSS_REPORT:
        return None
    return loss_reports.in_force(case.resident) or loss_reports.open_provisional(case.resident)


def asks_for_report(case: Application, running: Any) -> bool:
    """Whether the page has the form of a new loss report."""
    return case.reason in rules.NEEDS_FORMAL_LOSS_REPORT and case.loss_report is None and running is None


def report_form(case: Application, unsent: OnPage | None) -> ReportForm:
    """The form as it begins: with what was typed before and not sent, else with what the case says."""
    if unsent is not None and unsent.fields:
        return ReportForm(formdata=MultiDict(unsent.fields))
    return ReportForm(formdata=None, data={"key": new_public_id(), "kind": "formal", "card_serial": case.old_card_serial})


def differences(form: ReportForm, report: LossReport) -> list[tuple[object, str, str]]:
    """What the short form of the draft says otherwise than `report`; what it does not ask comes from the case."""
    return form.differences(report, only=("channel", "circumstances", "bank_side_reported", "kind"))


def sent_before(report: LossReport, differences: list[tuple[object, str, str]]) -> str:
    """That a report runs already, what stands there, and what was typed."""
    said = "; ".join(
        _("%(field)s: you typed %(typed)s, %(saved)s stands there", field=name, typed=typed or "—", saved=saved or "—")
        for name, typed, saved in differences
    )
    sentence = _("%(reference)s was taken already and stays as it is. Nothing was changed.", reference=report.reference)
    return f"{sentence} {said}"
