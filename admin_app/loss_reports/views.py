"""Doors: list of loss reports, take one, make it formal, lift it, its proof and its receipt."""

from contextlib import suppress
from functools import partial
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from admin_app.audit.operations import reading
from admin_app.centres import queries as centres
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import new_public_id, transaction
from admin_app.foundation.errors import DomainError, NotFound
from admin_app.foundation.i18n import LANGUAGES, language, pick
from admin_app.foundation.per_app import PerApp
from admin_app.foundation.storage import operations as storage
from admin_app.loss_reports import operations, queries, rules
from admin_app.loss_reports.forms import UNSENT, LiftForm, ReportForm
from admin_app.loss_reports.lists import LOSS_REPORTS
from admin_app.loss_reports.models import LossReport
from admin_app.residents import operations as resident_operations
from admin_app.residents import queries as residents
from admin_app.residents import rules as resident_rules
from admin_app.residents.models import Resident
from admin_app.staff import queries as staff
from admin_app.unsent_forms import operations as unsent_forms
from admin_app.unsent_forms import queries as unsent_queries
from admin_app.unsent_forms.rules import of_form
from admin_app.web import arguments, files, form_errors, held_upload_door, held_uploads
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.form_fields import offered
from admin_app.web.held_upload_door import Door
from admin_app.web.lists.page import render
from admin_app.web.request_limits import takes_files
from admin_app.web.template_filters import filer_name
from reports.letters.receipts import loss_report_receipt

CASE_PAGE: PerApp[str] = PerApp("loss_reports.case_page", str)
"""Endpoint of an application by reference: where a clerk goes back to who came from there (menu.py)."""


class LossReportView(DeskView):
    """Loss reports."""

    route_base = "/loss-reports"

    @expose("/", methods=["GET"])
    @requires("loss_reports.read")
    def index(self) -> Any:
        """One page of one tab."""
        return render(LOSS_REPORTS)

    @expose("/new/<public_id>", methods=["GET"])
    @requires("loss_reports.take")
    def new(self, public_id: str) -> Any:
        """The form for a report of this resident."""
        resident = residents.by_public_id(signed_in(), public_id)
        begun = unsent_queries.on_page(signed_in(), UNSENT, resident).fields
        form = ReportForm(formdata=MultiDict(begun)) if begun else ReportForm(formdata=None, data={"key": new_public_id()})
        return self._form(resident, form)

    @expose("/new/<public_id>", methods=["POST"])
    @requires("loss_reports.take")
    def take(self, public_id: str) -> Any:
        """Take the report."""
        me, form = signed_in(), ReportForm()
        resident = residents.by_public_id(me, public_id)
        if not form.validate():
            return self._form(resident, form, 422)
        if form.is_unconfirmed():
            keep_unsent(resident, form)
            reading.opened("resident", resident.public_id, resident)
            return self.render_template("loss_reports/confirm.html", resident=resident, form=form)
        try:
            with transaction():
                if form.email.data and me.may("residents.edit"):
                    resident_operations.update_contact(resident, email=form.email.data, by=me)
                report = operations.take(resident, by=me, **report_values(form))
                unsent_forms.close(resident, UNSENT.code, key=form.key.data, by=me)
        except operations.SentBefore as sent:
            first = queries.by_public_id(me, sent.details["public_id"])
            return self._form(resident, form, form_errors.put(form, sent), changed=form.differences(first))
        except operations.AlreadyReported as running:
            flash(running.message, "warning")
            return redirect(url_for("LossReportView.show", public_id=running.details["public_id"]))
        except DomainError as refused:
            return self._form(resident, form, form_errors.put(form, refused))
        flash(_("%(reference)s is recorded and in force from now on.", reference=report.reference), "success")
        return redirect(url_for("LossReportView.show", public_id=report.public_id))

    @expose("/<public_id>", methods=["GET"])
    @requires("loss_reports.read")
    def show(self, public_id: str) -> Any:
        """The report: its clock, both sides of the card, its proof."""
        return self._page(queries.by_public_id(signed_in(), public_id), LiftForm(formdata=None))

    @expose("/<public_id>/formal", methods=["GET"])
    @requires("loss_reports.take")
    def formal(self, public_id: str) -> Any:
        """What exactly will happen when the report becomes formal."""
        report = queries.by_public_id(signed_in(), public_id)
        case = arguments.address.text("case", limit=20)
        reading.opened("loss_report", report.reference, report.resident)
        return self.render_template("loss_reports/formal.html", report=report, is_open=_is_running(report), case=case, rules=rules)

    @expose("/<public_id>/formal", methods=["POST"])
    @requires("loss_reports.take")
    def formalise(self, public_id: str) -> Any:
        """Make it formal, for good."""
        with transaction():
            report = queries.by_public_id(signed_in(), public_id)
            operations.formalise(report, version=arguments.form.version(), by=signed_in())
        flash(_("%(reference)s is formal now. The card is void.", reference=report.reference), "success")
        case = arguments.form.text("case", limit=20)
        if case and CASE_PAGE.get():
            return redirect(url_for(CASE_PAGE.get(), reference=case))
        return redirect(url_for("LossReportView.show", public_id=public_id))

    @expose("/<public_id>/lift", methods=["POST"])
    @requires("loss_reports.take")
    def lift(self, public_id: str) -> Any:
        """The card was found: end a provisional report."""
        form = LiftForm()
        report = queries.by_public_id(signed_in(), public_id)
        try:
            with transaction():
                operations.lift(report, version=arguments.form.version(), reason=form.reason.data or "", by=signed_in())
        except DomainError as refused:
            return self._page(report, form, form_errors.put(form, refused))
        flash(_("%(reference)s is lifted. The card can be used again.", reference=report.reference), "success")
        if not queries.sees(signed_in(), report):  # another centre took it; ended, it is theirs alone again
            return redirect(url_for("LossReportView.index"))
        return redirect(url_for("LossReportView.show", public_id=public_id))

    @expose("/<public_id>/bank-side", methods=["POST"])
    @requires("loss_reports.take")
    def bank_side(self, public_id: str) -> Any:
        """The resident has reported the card to the bank, too: receipt and consequences say so from now on."""
        with transaction():
            report = queries.by_public_id(signed_in(), public_id)
            operations.note_bank_side(report, version=arguments.form.version(), by=signed_in())
        flash(_("Noted: the bank side is reported, too."), "success")
        return redirect(url_for("LossReportView.show", public_id=public_id))

    @expose("/<public_id>/proof", methods=["POST"])
    @requires("loss_reports.take")
    @takes_files(1)
    def attach(self, public_id: str) -> Any:
        """Keep a written proof with the report."""
        report, problem = queries.by_public_id(signed_in(), public_id), None
        upload = request.files.get("proof")
        try:
            if upload is None or not upload.filename:
                raise DomainError(_l("Please choose a file first."))
            ready = storage.prepare_or_ask(upload.stream, upload.filename, who=str(signed_in().staff_id))  # type: ignore[arg-type]
            if isinstance(ready, storage.Undecided):
                token = held_uploads.hold(ready, _place(public_id), by=signed_in())
                return redirect(url_for("LossReportView.held", public_id=public_id, token=token))
            with transaction():
                operations.attach_proof(report, ready, by=signed_in())
        except DomainError as refused:
            problem = refused
        if problem is not None:
            return self._page(report, LiftForm(formdata=None), problem.status, proof_error=problem.message)
        flash(_("The proof is kept with the report."), "success")
        return redirect(url_for("LossReportView.show", public_id=public_id))

    @expose("/<public_id>/held/<token>", methods=["GET"])
    @requires("loss_reports.take")
    def held(self, public_id: str, token: str) -> Any:
        """A proof about which the clerk decides before it is kept: pages that differ, files inside."""
        return held_upload_door.shown(self, _place(public_id), token, partial(_door, public_id))

    @expose("/<public_id>/held/<token>", methods=["POST"])
    @requires("loss_reports.take")
    def decide(self, public_id: str, token: str) -> Any:
        """Keep the proof as it was chosen, or let it go."""
        return held_upload_door.decided(self, _place(public_id), token, partial(_door, public_id))

    @expose("/<public_id>/held/<token>/pages/<int:number>", methods=["GET"])
    @requires("loss_reports.take")
    def held_picture(self, public_id: str, token: str, number: int) -> Any:
        """One of the pictures between which the clerk chooses."""
        return held_upload_door.picture(_place(public_id), token, number, partial(_door, public_id))

    @expose("/<public_id>/proof/pages/<int:number>", methods=["GET"])
    @requires("loss_reports.read")
    def proof_page(self, public_id: str, number: int) -> Any:
        """One page of the proof as a picture; for those who may read documents."""
        report = queries.by_public_id(signed_in(), public_id)
        if report.proof is None or not signed_in().may("documents.read"):
            raise NotFound(_l("There is no such page."))
        reading.opened("document", report.reference, report.resident)
        return files.picture(storage.page_image(report.proof, number), name=f"{report.reference}-{number}.jpg")

    @expose("/<public_id>/receipt.pdf", methods=["GET"])
    @requires("loss_reports.read")
    def receipt(self, public_id: str) -> Any:
        """The receipt in the language asked for (?language=zh), else that of the page."""
        report = queries.by_public_id(signed_in(), public_id)
        if report.ended_at is not None:
            raise NotFound(_l("This report has ended; there is no receipt for it any more."))
        wanted = arguments.address.choice("language", LANGUAGES, language())
        reading.opened("printed", report.reference, report.resident)
        with force_locale(wanted), files.printing():
            made = loss_report_receipt(queries.receipt_row(report, by=signed_in()), wanted)
        return files.own_pdf(made, name=f"{report.reference}.pdf")

    def _form(self, resident: Resident, form: ReportForm, status: int = 200, *, changed: Any = ()) -> Any:
        if status != 200:
            keep_unsent(resident, form)
        reading.opened("resident", resident.public_id, resident)
        if signed_in().centre_id is None:
            form.centre.choices = offered([("", ""), *((centre.code, pick(centre, "name")) for centre in centres.active())])
        running = queries.in_force(resident) or queries.open_provisional(resident)
        facts = {"rules": rules, "changed": changed, "unsent": unsent_queries.on_page(signed_in(), UNSENT, resident)}
        return self.render_template("loss_reports/new.html", resident=resident, form=form, running=running, **facts), status

    def _page(self, report: LossReport, form: LiftForm, status: int = 200, *, proof_error: Any = None) -> Any:
        reading.opened("loss_report", report.reference, report.resident)
        calls = residents.calls_to(signed_in(), report.resident, about_ref=report.public_id)
        facts = {
            "calls": calls,
            "resident_rules": resident_rules,
            "is_running": _is_running(report),
            "proof_error": proof_error,
            "waiting_uploads": held_uploads.waiting(_place(report.public_id), by=signed_in()),
            "remarks": _remarks(report),
            "rules": rules,
        }
        return self.render_template("loss_reports/show.html", report=report, form=form, **facts), status


def keep_unsent(resident: Resident, form: ReportForm) -> None:
    """Keep a report that was sent and not taken; without script this is when it is kept."""
    typed = of_form(UNSENT, request.form.items(multi=True))
    with suppress(DomainError), transaction():  # the page shows it all the same
        unsent_forms.keep(resident, UNSENT.code, typed, key=form.key.data, by=signed_in())


def report_values(form: ReportForm) -> dict[str, Any]:
    """What operations.take() wants, from the form."""
    return {
        "channel": form.channel.data,
        "is_formal": form.kind.data == "formal",
        "was_stolen": bool(form.was_stolen.data),
        "circumstances": form.circumstances.data or "",
        "card_serial": form.card_serial.data or "",
        "bank_side_reported": bool(form.bank_side_reported.data),
        "key": form.key.data or None,
        "centre": centres.by_code(form.centre.data) if form.centre.data else None,
    }


def resident_section(resident: Resident, me: Actor) -> dict[str, Any]:
    """This room's part of a person's page."""
    can_take = me.may("loss_reports.take")
    url = url_for("LossReportView.new", public_id=resident.public_id)
    action = {"label": _("New loss report"), "url": url, "icon": "alert-triangle", "kind": "secondary", "key": "l"}
    known = queries.of_resident(resident) if me.may("loss_reports.read") else ()
    return {"template": "loss_reports/resident_section.html", "reports": known, "rules": rules, "actions": [action] if can_take else []}


def _place(public_id: str) -> str:
    """What uploads are held for that go to this report."""
    return f"loss report {public_id}"


def _door(public_id: str) -> Door:
    report, me = queries.by_public_id(signed_in(), public_id), signed_in()
    reading.opened("loss_report", report.reference, report.resident)
    back, values = url_for("LossReportView.show", public_id=public_id), {"public_id": public_id}
    return Door(
        _l("Proof"), f"{report.reference} · {report.resident.name}", "LossReportView.held", values, back,
        lambda _place, ready: operations.attach_proof(report, ready, by=me), _l("The proof is kept with the report."),
    )  # fmt: skip


def _remarks(report: LossReport) -> list[str]:
    """What was decided about the proof when it was handed in."""
    chosen_by = staff.by_id(report.proof.chosen_by_id) if report.proof is not None and report.proof.chosen_by_id else None
    return held_uploads.remarks(report.proof, filer_name(chosen_by, None)) if report.proof is not None and chosen_by else []


def _is_running(report: LossReport) -> bool:
    return report.status == rules.Status.PROVISIONAL and report.lapses_at is not None and report.lapses_at > clock.now()
