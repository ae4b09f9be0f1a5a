"""Doors of the counter: the clerk's desk, a new application, changing it."""

from contextlib import suppress
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from admin_app.applications import queries, rules
from admin_app.applications.forms.intake import CHANGE, COMPARED, NEW, CaseForm
from admin_app.applications.models import Application
from admin_app.applications.operations import intake
from admin_app.applications.queries import intake as reads
from admin_app.applications.queries import materials
from admin_app.applications.views.lists import COUNTER
from admin_app.audit.operations import reading
from admin_app.centres import queries as centres
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import new_public_id, transaction
from admin_app.foundation.errors import DomainError, StaleVersion
from admin_app.foundation.i18n import pick
from admin_app.residents import operations as resident_operations
from admin_app.residents import queries as residents
from admin_app.residents.models import Resident
from admin_app.unsent_forms import operations as unsent_forms
from admin_app.unsent_forms import queries as unsent_queries
from admin_app.unsent_forms.rules import FormKind, of_form
from admin_app.web import arguments, form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.form_fields import offered
from admin_app.web.lists.page import render


class IntakeView(DeskView):
    """Applications before they are in the queue."""

    route_base = "/intake"

    @expose("/", methods=["GET"])
    @requires("applications.take_in")
    def index(self) -> Any:
        """The clerk's desk: drafts, cases that wait for their residents, cases in work."""
        return render(COUNTER)

    @expose("/new/<public_id>", methods=["GET"])
    @requires("applications.take_in")
    def new(self, public_id: str) -> Any:
        """The form for an application of this resident."""
        resident = residents.by_public_id(signed_in(), public_id)
        if begun := unsent_queries.on_page(signed_in(), NEW, resident).fields:
            return self._form(resident, CaseForm(formdata=MultiDict(begun)))
        known = {"recipient": resident.name, "postcode": resident.postcode, "address": resident.address, "key": new_public_id()}
        if _age(resident) < rules.GUARDIAN_AGE:
            known["applicant"] = str(rules.Applicant.GUARDIAN)
        return self._form(resident, CaseForm(formdata=None, data=known))

    @expose("/new/<public_id>", methods=["POST"])
    @requires("applications.take_in")
    def take_in(self, public_id: str) -> Any:
        """Make the draft; a loss report that runs already is linked at once."""
        me, form = signed_in(), CaseForm()
        resident = residents.by_public_id(me, public_id)
        centre = centres.by_code(form.centre.data) if form.centre.data and me.centre_id is None else None
        try:
            with transaction():
                resident_operations.update_contact(resident, phone=form.phone.data or "", email=form.email.data or "", by=me)
                made = intake.take_in(resident, form.details(), by=me, centre=centre, key=form.key.data or None)
                intake.link_what_is_known(made, by=me)
                unsent_forms.close(resident, NEW.code, key=form.key.data, by=me)
        except intake.SentBefore as sent:
            return self._sent_before(resident, form, sent)
        except intake.DuplicateApplication as twin:
            return self._form(resident, form, form_errors.put(form, twin), twin=twin.details["reference"])
        except DomainError as refused:
            return self._form(resident, form, form_errors.put(form, refused))
        return redirect(url_for("DraftView.show", reference=made.reference))

    @expose("/needs/<public_id>", methods=["GET"])
    @requires("applications.take_in")
    def needs(self, public_id: str) -> Any:
        """The live checklist of the form, as a fragment."""
        resident = residents.by_public_id(signed_in(), public_id)
        asked = [arguments.address.single(name) for name in ("reason", "applicant", "channel")]
        return self.render_template("intake/needs.html", **_needs(resident, *asked))

    @expose("/<reference>/change", methods=["GET"])
    @requires("applications.take_in")
    def change_form(self, reference: str) -> Any:
        """The form that changes a draft, or a case that waits for its resident."""
        case = queries.by_reference(signed_in(), reference)
        if begun := unsent_queries.on_page(signed_in(), CHANGE, case.resident, reference).fields:
            form = CaseForm(formdata=MultiDict(begun))
            is_older = form.begun.data != str(case.version)
            return self._form(case.resident, form, case=case, changed=form.differences(case) if is_older else ())
        data = {name: getattr(case, name) for name in COMPARED} | {"key": new_public_id()}
        return self._form(case.resident, CaseForm(formdata=None, data=data), case=case)

    @expose("/<reference>/change", methods=["POST"])
    @requires("applications.take_in")
    def change(self, reference: str) -> Any:
        """Write the change; a stale form gets the difference and keeps what was typed."""
        me, form = signed_in(), CaseForm()
        case = queries.by_reference(me, reference)
        try:
            with transaction():
                resident_operations.update_contact(case.resident, phone=form.phone.data or "", email=form.email.data or "", by=me)
                intake.change(case, form.details(), version=arguments.form.version(), by=me)
                intake.link_what_is_known(case, by=me)
                unsent_forms.close(case.resident, CHANGE.code, key=form.key.data, about_ref=reference, by=me)
        except StaleVersion as stale:
            return self._form(case.resident, form, form_errors.put(form, stale), case=case, changed=form.differences(case))
        except intake.DuplicateApplication as twin:
            return self._form(case.resident, form, form_errors.put(form, twin), case=case, twin=twin.details["reference"])
        except DomainError as refused:
            return self._form(case.resident, form, form_errors.put(form, refused), case=case)
        flash(_("Saved."), "success")
        return redirect(url_for("DraftView.show", reference=reference))

    def _sent_before(self, resident: Resident, form: CaseForm, sent: intake.SentBefore) -> Any:
        """A form that was sent, edited and sent again: the form that changes the draft, with what was typed beside what stands there."""
        case = queries.by_reference(signed_in(), sent.details["reference"])
        return self._form(resident, form, form_errors.put(form, sent), case=case, changed=form.differences(case))

    def _form(
        self, resident: Resident, form: CaseForm, status: int = 200, *, case: Application | None = None, changed: Any = (), twin: str = ""
    ) -> Any:
        me = signed_in()
        kind, case_ref = (NEW, "") if case is None else (CHANGE, case.reference)
        if status != 200:
            keep_unsent(resident, kind, key=form.key.data, case_ref=case_ref)
        reading.opened("resident", resident.public_id, resident)
        if me.centre_id is None and case is None:
            form.centre.choices = offered([("", ""), *((centre.code, pick(centre, "name")) for centre in centres.active())])
        context = _needs(resident, form.reason.data, form.applicant.data, form.channel.data) | {
            "resident": resident, "form": form, "case": case, "changed": changed, "twin": twin, "rules": rules,
            "others": [other for other in reads.unfinished_of(resident) if case is None or other.id != case.id],
            "openable": reads.visible_references(me, resident), "unsent": unsent_queries.on_page(me, kind, resident, case_ref),
        }  # fmt: skip
        return self.render_template("intake/form.html", **context), status


def keep_unsent(resident: Resident, kind: FormKind, *, key: str | None, case_ref: str = "") -> None:
    """Keep a form that was sent and not taken; without script this is when it is kept."""
    typed = of_form(kind, request.form.items(multi=True))
    with suppress(DomainError), transaction():  # the page shows it all the same
        unsent_forms.keep(resident, kind.code, typed, key=key, about_ref=case_ref, by=signed_in())


def resident_section(resident: Resident, me: Actor) -> dict[str, Any]:
    """This room's part of a person's page: every application, those of other centres without a link."""
    if not me.may("applications.read"):
        return {"template": "intake/resident_section.html", "applications": (), "actions": []}
    url = url_for("IntakeView.new", public_id=resident.public_id)
    action = {"label": _("New application"), "url": url, "icon": "plus", "kind": "primary", "key": "n"}
    return {
        "template": "intake/resident_section.html", "applications": reads.of_resident(resident), "rules": rules,
        "openable": reads.visible_references(me, resident), "actions": [action] if me.may("applications.take_in") else [],
    }  # fmt: skip


def _age(resident: Resident) -> int:
    return rules.age_on(clock.today(), resident.birth_on)


def _needs(resident: Resident, reason: str | None, applicant: str | None, channel: str | None) -> dict[str, Any]:
    facts = rules.Facts(reason or "", applicant or "", channel or rules.Channel.COUNTER, _age(resident))
    is_known = facts.reason in set(rules.Reason) and facts.applicant in set(rules.Applicant)
    needed = rules.needs(materials.in_force(), facts) if is_known else ()
    return {
        "needed": [(need.label, need.is_original_asked) for need in needed],
        "needs_report": reason in rules.NEEDS_FORMAL_LOSS_REPORT,
        "needs_guardian": not rules.may_apply(facts.applicant, facts.age),
        "age": facts.age,
    }
