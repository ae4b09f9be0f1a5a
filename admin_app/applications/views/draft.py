"""Doors of one case at the counter: its materials, its loss report, submit, resume, withdraw, receipt."""

from collections.abc import Collection
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload, selectinload

from admin_app.applications import queries, rules
from admin_app.applications.forms.intake import CASE_REPORT, CompleteForm, ReminderForm, WithdrawForm
from admin_app.applications.models import Application, Decision, DecisionReason, Document
from admin_app.applications.operations import documents, intake, originals, waiting
from admin_app.applications.queries import intake as reads
from admin_app.applications.queries import portraits as profile
from admin_app.applications.queries import search
from admin_app.applications.queries import waiting as waiting_queries
from admin_app.applications.queries.receipt import look_up_place, receipt_row
from admin_app.applications.views import case_report, look_up_codes, taking_files, viewer_papers
from admin_app.applications.views.case import SECTIONS
from admin_app.applications.views.held import onward
from admin_app.applications.views.intake import keep_unsent
from admin_app.audit.operations import reading
from admin_app.foundation import settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError, NotFound
from admin_app.foundation.i18n import LANGUAGES, language
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.loss_reports import operations as loss_operations
from admin_app.loss_reports import queries as loss_reports
from admin_app.loss_reports import rules as loss_rules
from admin_app.loss_reports.forms import ReportForm
from admin_app.residents import queries as residents
from admin_app.unsent_forms import operations as unsent_forms
from admin_app.unsent_forms import queries as unsent_queries
from admin_app.web import arguments, files, form_errors, held_uploads
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.request_limits import takes_files
from reports.letters.receipts import application_receipt, loss_report_receipt


class DraftView(DeskView):
    """One case at the counter."""

    route_base = "/intake"
    default_view = "show"

    @expose("/<reference>", methods=["GET"])
    @requires("applications.complete")
    def show(self, reference: str) -> Any:
        """Materials, what is missing, the next step."""
        return self._page(_case(reference))

    @expose("/<reference>/documents", methods=["POST"])
    @requires("applications.complete")
    @takes_files(taking_files.MOST_FILES)
    def upload(self, reference: str) -> Any:
        """Take several files for one material; each refused one gets its sentence, the others are kept."""
        case, chosen = _case(reference), arguments.form.single("material")
        material = chosen or arguments.form.single("either")
        is_original_seen = arguments.form.choice("original_seen", {"yes"}) == "yes"
        goes_to = taking_files.Place(material, is_kind_chosen=bool(chosen), is_original_seen=is_original_seen)
        refusals, is_held = taking_files.take(case, goes_to, request.files.getlist("files"))
        if refusals:
            ticked = {material} if is_original_seen else set()
            return self._page(_case(reference), 422, refused={material: refusals}, original_ticked=ticked)
        if is_held:
            return redirect(onward(reference))
        if request.headers.get("X-Desk-Upload"):
            return self._page(_case(reference))
        return redirect(url_for("DraftView.show", reference=reference, _anchor=f"material-{material}"))

    @expose("/<reference>/documents/<public_id>/remove", methods=["POST"])
    @requires("applications.complete")
    def remove(self, reference: str, public_id: str) -> Any:
        """Take a document out; it can be brought back."""
        with transaction():
            documents.remove(_document(reference, public_id), by=signed_in())
        return redirect(url_for("DraftView.show", reference=reference))

    @expose("/<reference>/documents/<public_id>/restore", methods=["POST"])
    @requires("applications.complete")
    def restore(self, reference: str, public_id: str) -> Any:
        """Bring a removed document back."""
        with transaction():
            documents.restore(_document(reference, public_id), by=signed_in())
        return redirect(url_for("DraftView.show", reference=reference))

    @expose("/<reference>/loss-report", methods=["POST"])
    @requires("loss_reports.take")
    def loss_report(self, reference: str) -> Any:
        """Take a loss report right here and link it; one that runs already is linked instead."""
        me, form, case = signed_in(), ReportForm(), _case(reference)
        if form.is_unconfirmed() and case_report.running(case) is None:
            keep_unsent(case.resident, CASE_REPORT, key=form.key.data, case_ref=reference)
            reading.opened("application", reference, case.resident)
            return self.render_template("loss_reports/confirm.html", resident=case.resident, form=form, case=case)
        values = {
            "channel": form.channel.data or "", "is_formal": form.kind.data == "formal", "was_stolen": case.reason == rules.Reason.STOLEN,
            "circumstances": form.circumstances.data or "", "card_serial": form.card_serial.data or case.old_card_serial,
            "bank_side_reported": bool(form.bank_side_reported.data), "key": form.key.data or None, "centre": case.centre,
        }  # fmt: skip
        running = case_report.running(case)
        differences = case_report.differences(form, running) if running is not None and form.key.data else []
        if running is not None and differences:
            raise loss_operations.SentBefore(case_report.sent_before(running, differences))
        try:
            with transaction():
                report = running or loss_operations.take(case.resident, by=me, **values)
                intake.link_loss_report(case, report, by=me)
                unsent_forms.close(case.resident, CASE_REPORT.code, key=form.key.data, about_ref=reference, by=me)
        except DomainError as refused:
            keep_unsent(case.resident, CASE_REPORT, key=form.key.data, case_ref=reference)
            return self._page(_case(reference), form_errors.put(form, refused), report_form=form)
        flash(_("Loss report %(reference)s is linked.", reference=report.reference), "success")
        return redirect(url_for("DraftView.show", reference=reference))

    @expose("/<reference>/loss-proof", methods=["POST"])
    @requires("applications.complete")
    def loss_proof(self, reference: str) -> Any:
        """File the receipt of the formal loss report as the proof of loss."""
        case = _case(reference)
        report = case.loss_report
        if report is None or report.status not in loss_rules.IN_FORCE:
            raise DomainError(_l("There is no formal loss report to file."))
        with files.printing():
            printed = loss_report_receipt(loss_reports.receipt_row(report, by=signed_in()), language())
        ready = storage.prepare(printed, f"{report.reference}.pdf")
        with transaction():
            documents.add(case, rules.Material.LOSS_PROOF, ready, by=signed_in(), is_printed=True)
        return redirect(url_for("DraftView.show", reference=reference))

    @expose("/<reference>/submit", methods=["POST"])
    @requires("applications.complete")
    def submit(self, reference: str) -> Any:
        """Hand the draft to the reviewers, or a completed case back to them."""
        case, me = _case(reference), signed_in()
        if case.status == rules.Status.NEEDS_INFORMATION:
            return self._complete(case, me)
        documents.refuse_unless_editable(case, me)
        try:
            with transaction():
                intake.submit(case, version=arguments.form.version(), by=me)
                code = look_up_codes.give(case, by=me)
        except DomainError as refused:
            return self._page(_case(reference), refused.status, problem=refused.message)
        look_up_codes.keep(case, code)
        return redirect(url_for("DraftView.show", reference=reference))

    def _complete(self, case: Application, me: Actor) -> Any:
        reference, form = case.reference, CompleteForm()
        try:
            with transaction():
                waiting.resume(case, version=arguments.form.version(), reason=form.reason.data or "", by=me)
        except TextRefused as refused:
            return self._page(_case(reference), form_errors.put(form, refused), complete_form=form)
        except DomainError as refused:
            return self._page(_case(reference), refused.status, problem=refused.message)
        flash(_("%(reference)s is complete and back with the reviewers.", reference=reference), "success")
        return _onward(reference, me)

    @expose("/<reference>/look-up-code", methods=["POST"])
    @requires("applications.complete")
    def look_up_code(self, reference: str) -> Any:
        """Give the resident, who stands at the counter, a new code; the one before it opens nothing any more."""
        case = _case(reference)
        with transaction():
            code = look_up_codes.give(case, by=signed_in())
        look_up_codes.keep(case, code)
        return redirect(url_for("DraftView.show", reference=reference))

    @expose("/<reference>/reminder", methods=["POST"])
    @requires("applications.complete")
    def note_reminder(self, reference: str) -> Any:
        """Note how the resident was reminded."""
        case, form = _case(reference), ReminderForm()
        try:
            with transaction():
                waiting.note_reminder(case, how=form.how.data or "", version=arguments.form.version(), by=signed_in())
        except TextRefused as refused:
            return self._page(_case(reference), form_errors.put(form, refused), reminder_form=form)
        flash(_("The reminder is noted."), "success")
        return redirect(url_for("DraftView.show", reference=reference))

    @expose("/<reference>/withdraw", methods=["POST"])
    @requires("applications.withdraw")
    def withdraw(self, reference: str) -> Any:
        """The resident does not want the card any more."""
        case, form = _case(reference), WithdrawForm()
        try:
            with transaction():
                intake.withdraw(case, version=arguments.form.version(), reason=form.reason.data or "", by=signed_in())
        except DomainError as refused:
            return self._page(_case(reference), form_errors.put(form, refused), withdraw_form=form)
        flash(_("%(reference)s is withdrawn.", reference=reference), "success")
        return _onward(reference, signed_in())

    @expose("/<reference>/receipt.pdf", methods=["GET"])
    @requires("applications.read")
    def receipt(self, reference: str) -> Any:
        """The receipt in the language asked for (?language=zh), else that of the page."""
        case, wanted = _case(reference), arguments.address.choice("language", LANGUAGES, language())
        residents.refuse_print([case.resident])
        reading.opened("printed", reference, case.resident)
        with force_locale(wanted), files.printing():
            made = application_receipt(receipt_row(case, by=signed_in(), look_up_code=look_up_codes.of(case)), wanted)
        return files.own_pdf(made, name=f"{reference}.pdf")

    def _page(
        self, case: Application, status: int = 200, *, refused: dict[str, list[taking_files.Refusal]] | None = None, problem: Any = None,
        report_form: ReportForm | None = None, withdraw_form: WithdrawForm | None = None, complete_form: CompleteForm | None = None,
        reminder_form: ReminderForm | None = None, original_ticked: Collection[str] = (),
    ) -> Any:  # fmt: skip
        reading.opened("application", case.reference, case.resident)
        lines, is_waiting = queries.checklist(case), case.status == rules.Status.NEEDS_INFORMATION
        is_editable = is_waiting or (case.status in documents.EDITABLE and signed_in().may("applications.take_in"))
        running = case_report.running(case) if case.loss_report is None else None
        has_form, about = case_report.asks_for_report(case, running), (case.resident, case.reference)
        unsent = unsent_queries.on_page(signed_in(), CASE_REPORT, *about) if has_form else None
        context = {
            "case": case, "lines": lines, "missing": reads.missing_materials(lines) if is_editable else (),
            "removed": [one for one in case.documents if one.removed_at is not None], "is_editable": is_editable,
            "needs_reason": is_waiting and not waiting_queries.is_answered(case),
            "complete_form": complete_form or CompleteForm(formdata=None), "reminder_form": reminder_form or ReminderForm(formdata=None),
            "waiting_uploads": held_uploads.waiting(case.reference, by=signed_in()), "refused": refused or {}, "problem": problem,
            "asked": _information_request(case), "rules": rules, "loss_rules": loss_rules,
            "profile": profile, "measured_by": viewer_papers.measured_by,
            "may_see_original": originals.is_possible(case, signed_in()), "original_ticked": original_ticked,
            "report": case.loss_report, "running": running, "unsent": unsent,
            "report_form": report_form or case_report.report_form(case, unsent),
            "sections": [make(case, signed_in()) for make in SECTIONS.get()] if case.status != rules.Status.DRAFT else (),
            "withdraw_form": withdraw_form or WithdrawForm(formdata=None), "look_up_place": look_up_place(),
            "look_up_code": look_up_codes.of(case), "max_bytes": settings.current().upload_max_bytes,
        }  # fmt: skip
        return self.render_template("intake/draft.html", **context), status


def _case(reference: str) -> Application:
    loaded = (
        selectinload(Application.documents).joinedload(Document.file),
        selectinload(Application.documents).joinedload(Document.verdict_reason),
        selectinload(Application.documents).joinedload(Document.original_seen_by),
        selectinload(Application.documents).joinedload(Document.original_centre),
        joinedload(Application.loss_report),
    )
    return queries.by_reference(signed_in(), reference, *loaded)


def _onward(reference: str, me: Actor) -> Any:
    """Where somebody goes on who is done with a case: it belongs to its own centre again, and may not be theirs to see."""
    if not me.may("applications.take_in"):
        return redirect(url_for("CaseView.show", reference=reference))
    is_theirs = any(reference == one.reference for one in search.applications_called(me, reference))
    return redirect(url_for("DraftView.show", reference=reference) if is_theirs else url_for("IntakeView.index"))


def _document(reference: str, public_id: str) -> Document:
    document = reads.document(signed_in(), public_id)
    if document.application.reference != reference:
        raise NotFound(_l("There is no such document in this case."))
    return document


def _information_request(case: Application) -> Decision | None:
    """The newest request for information, while the case waits for its answer."""
    if case.status != rules.Status.NEEDS_INFORMATION:
        return None
    return reads.newest_request(case, selectinload(Decision.reasons).joinedload(DecisionReason.reason_code))
