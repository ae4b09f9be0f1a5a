"""Doors: one's own forms that are not sent yet; keeping one, going on with it, discarding it."""

from typing import Any, NamedTuple

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.residents.models import Resident
from admin_app.unsent_forms import operations, queries
from admin_app.unsent_forms.models import UnsentForm
from admin_app.unsent_forms.rules import KNOWN, KnownForm, of_form
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, refuse_unless, requires, signed_in


class UnsentFormView(DeskView):
    """Forms that somebody began and did not send."""

    route_base = "/unsent-forms"

    @expose("/", methods=["GET"])
    @requires("loss_reports.take")
    def index(self) -> Any:
        """One's own, the newest first."""
        return self.render_template("unsent_forms/index.html", unsent_forms=lines(signed_in()))

    @expose("/keep/<form>/<subject>", methods=["POST"])
    @requires("loss_reports.take")
    def keep(self, form: str, subject: str) -> Any:
        """Keep what is being typed, or say why it cannot be kept; `later`: somebody pressed the button for it."""
        known = KNOWN.get().get(form) or arguments.form.refuse()
        refuse_unless(known.kind.permission)
        is_asked = arguments.form.choice("later", {"yes"}) == "yes"
        try:
            is_kept = _keep(known, subject, signed_in())
        except DomainError as refused:
            if is_asked:
                raise
            return {"problem": str(refused.message)}, refused.status
        if not is_asked:
            return {"is_kept": is_kept, "at": clock.to_office(clock.now()).strftime("%H:%M")}
        flash(_("Kept. Go on with it here, in any browser, when you like.") if is_kept else _("This form was sent already."), "success")
        return redirect(url_for("UnsentFormView.index"))

    @expose("/<public_id>/discard", methods=["POST"])
    @requires("loss_reports.take")
    def discard(self, public_id: str) -> Any:
        """Forget what was typed; back to the empty form, or to what else is unsent."""
        me = signed_in()
        with transaction():
            unsent = queries.by_public_id(me, public_id)
            page = page_of(unsent)
            operations.discard(unsent, by=me)
        flash(_("Discarded. Nothing of it is kept."), "success")
        goes_back = arguments.form.choice("then", {"form"}) == "form"
        return redirect(page if goes_back and page else url_for("UnsentFormView.index"))


class Line(NamedTuple):
    """An unsent form as a list shows it."""

    unsent: UnsentForm
    label: Any
    url: str
    ends_at: Any


def lines(me: Actor, *, about: Resident | None = None) -> list[Line]:
    """One's own unsent forms, those alone that one may still send."""
    known, found = KNOWN.get(), queries.mine(me, about=about)
    shown = [(one, known[one.form].kind) for one in found if one.form in known]
    return [Line(one, kind.label, page_of(one), queries.ends_at(one)) for one, kind in shown if me.may(kind.permission)]


def page_of(unsent: UnsentForm) -> str:
    """The address of the page of its form; '' if there is no such form any more."""
    known = KNOWN.get().get(unsent.form)
    return url_for(known.page, **{known.argument: unsent.about_ref or unsent.resident.public_id}) if known else ""  # type: ignore[arg-type]


def resident_section(resident: Resident, me: Actor) -> dict[str, Any]:
    """This room's part of a person's page: what one has begun about them oneself."""
    mine = lines(me, about=resident) if me.may("loss_reports.take") and not resident.erased_at else []
    return {"template": "unsent_forms/resident_section.html", "lines": mine, "actions": []}


def _keep(known: KnownForm, subject: str, me: Actor) -> bool:
    resident, case_ref = known.find(me, subject)
    typed = of_form(known.kind, request.form.items(multi=True))
    with transaction():
        return operations.keep(resident, known.kind.code, typed, key=arguments.form.single("key"), about_ref=case_ref, by=me)
