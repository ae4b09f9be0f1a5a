"""Doors: another way, address or recipient for a card that does not lie in a batch yet."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from admin_app.applications import queries
from admin_app.applications.models import Application
from admin_app.audit.operations import reading
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.mailing.forms import RedirectForm
from admin_app.mailing.operations import redirecting as operations
from admin_app.web import arguments, form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in


class RedirectView(DeskView):
    """Where the card of one case goes."""

    route_base = "/applications"
    default_view = "ask"

    @expose("/<reference>/delivery", methods=["GET"])
    @requires("applications.complete")
    def ask(self, reference: str) -> Any:
        """The form, with what is saved."""
        case = queries.by_reference(signed_in(), reference)
        operations.refuse_late(case)
        known = {name: getattr(case, name) for name in operations.FIELDS}
        known["recipient"] = known["recipient"] or case.resident.name
        return self._page(case, RedirectForm(formdata=None, data=known))

    @expose("/<reference>/delivery", methods=["POST"])
    @requires("applications.complete")
    def change(self, reference: str) -> Any:
        """Change it; the form keeps what was typed if it may not be."""
        form, me = RedirectForm(), signed_in()
        typed = {name: form[name].data or "" for name in (*operations.FIELDS, "reason")}
        try:
            with transaction():
                is_changed = operations.redirect(queries.by_reference(me, reference), **typed, version=arguments.form.version(), by=me)
        except DomainError as refused:
            if refused.status == 404:
                raise
            return self._page(queries.by_reference(me, reference), form, form_errors.put(form, refused))
        flash(_("Saved: the card goes where you wrote.") if is_changed else _("Nothing is different from what is saved."), "success")
        return redirect(url_for("CaseView.show", reference=reference))

    def _page(self, case: Application, form: RedirectForm, status: int = 200) -> Any:
        reading.opened("application", case.reference, case.resident)
        return self.render_template("mailing/redirect.html", case=case, form=form), status
