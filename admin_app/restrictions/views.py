"""Doors: the list of restrictions, restricting a resident's records, lifting that."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from admin_app.audit.operations import reading
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.residents import queries as residents
from admin_app.residents.models import Resident
from admin_app.restrictions import operations, queries, rules
from admin_app.restrictions.forms import LiftForm, RestrictForm
from admin_app.restrictions.lists import RESTRICTIONS
from admin_app.restrictions.models import Restriction
from admin_app.web import arguments, form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.fresh_proof import needs_fresh_proof
from admin_app.web.lists.page import render


class RestrictionView(DeskView):
    """Records that are kept and not used."""

    route_base = "/restrictions"

    @expose("/", methods=["GET"])
    @requires("restrictions.read")
    def index(self) -> Any:
        """One page of the restrictions."""
        return render(RESTRICTIONS)

    @expose("/new/<public_id>", methods=["GET"])
    @requires("restrictions.set")
    def ask(self, public_id: str) -> Any:
        """What is stopped, what goes on, and why it is done."""
        return self._new_page(residents.by_public_id(signed_in(), public_id), RestrictForm(formdata=None))

    @expose("/new/<public_id>", methods=["POST"])
    @requires("restrictions.set")
    @needs_fresh_proof
    def restrict(self, public_id: str) -> Any:
        """Restrict the records of the resident."""
        resident, form = residents.by_public_id(signed_in(), public_id), RestrictForm()
        kind = arguments.form.choice("kind", set(rules.Kind)) or arguments.form.refuse()
        try:
            with transaction():
                reason, day = form.reason.data or "", arguments.form.day("look_again_on")
                operations.restrict(resident, kind=kind, reason=reason, look_again_on=day, by=signed_in())
        except DomainError as refused:
            return self._new_page(resident, form, form_errors.put(form, refused))
        flash(_("The records are restricted."), "success")
        return redirect(url_for("ResidentView.show", public_id=public_id))

    @expose("/<public_id>", methods=["GET"])
    @requires("restrictions.read")
    def show(self, public_id: str) -> Any:
        """One restriction: why, since when, and how it ended."""
        return self._page(queries.by_public_id(signed_in(), public_id), LiftForm(formdata=None))

    @expose("/<public_id>/lift", methods=["POST"])
    @requires("restrictions.set")
    @needs_fresh_proof
    def lift(self, public_id: str) -> Any:
        """The records may be used again."""
        restriction, form = queries.by_public_id(signed_in(), public_id), LiftForm()
        try:
            with transaction():
                operations.lift(restriction, reason=form.reason.data or "", by=signed_in())
        except DomainError as refused:
            return self._page(restriction, form, form_errors.put(form, refused))
        flash(_("The restriction is lifted."), "success")
        return redirect(url_for("ResidentView.show", public_id=restriction.resident.public_id))

    def _new_page(self, resident: Resident, form: RestrictForm, status: int = 200) -> Any:
        reading.opened("resident", resident.public_id, resident)
        return self.render_template("restrictions/restrict.html", resident=resident, form=form), status

    def _page(self, restriction: Restriction, form: LiftForm, status: int = 200) -> Any:
        reading.opened("resident", restriction.resident.public_id, restriction.resident)
        own = restriction.kind in rules.LIFTED_BY_ANOTHER and signed_in().is_staff_member(restriction.made_by_id)
        facts = {"rules": rules, "is_own": own}
        return self.render_template("restrictions/show.html", restriction=restriction, form=form, **facts), status


def resident_section(resident: Resident, me: Actor) -> dict[str, Any]:
    """This room's part of a person's page: the way to restrict, or what is stopped and since when."""
    found = queries.in_force(resident) if me.may("restrictions.read") and resident.is_restricted else None
    url = url_for("RestrictionView.ask", public_id=resident.public_id)
    action = {"label": _("Restrict the records"), "url": url, "icon": "lock", "kind": "secondary", "key": ""}
    actions = [action] if me.may("restrictions.set") and not resident.is_restricted else []
    return {"template": "restrictions/section.html", "actions": actions, "restriction": found}
