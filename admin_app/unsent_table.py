"""Which forms are kept on the server while they are typed, until they are sent: one table, because the rooms do not know each other."""

from admin_app.applications import queries as cases
from admin_app.applications.forms import intake
from admin_app.foundation.actor import Actor
from admin_app.loss_reports import forms as loss_reports
from admin_app.residents.models import Resident
from admin_app.unsent_forms import queries
from admin_app.unsent_forms.rules import KNOWN, KnownForm


def _of_case(me: Actor, reference: str) -> tuple[Resident, str]:
    case = cases.by_reference(me, reference)
    return case.resident, case.reference


TABLE = (
    KnownForm(intake.NEW, "IntakeView.new", "public_id", queries.of_resident),
    KnownForm(intake.CHANGE, "IntakeView.change_form", "reference", _of_case),
    KnownForm(intake.CASE_REPORT, "DraftView.show", "reference", _of_case),
    KnownForm(loss_reports.UNSENT, "LossReportView.new", "public_id", queries.of_resident),
)


def install() -> None:
    """Let the room of unsent forms know them."""
    KNOWN.put({known.kind.code: known for known in TABLE})
