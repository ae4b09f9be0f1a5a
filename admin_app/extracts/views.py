"""Doors: a copy of everything about one resident, as a file for that resident."""

import json
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from admin_app.audit.operations import reading
from admin_app.extracts import operations, rules
from admin_app.extracts.forms import ExtractForm
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.residents import queries as residents
from admin_app.residents.models import Resident
from admin_app.web import files, form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.fresh_proof import needs_fresh_proof


class ExtractView(DeskView):
    """A copy of everything about one resident (PIPL article 45)."""

    route_base = "/residents"
    default_view = "ask"

    @expose("/<public_id>/copy", methods=["GET"])
    @requires("residents.extract")
    def ask(self, public_id: str) -> Any:
        """What the copy holds, and why it is made."""
        return self._page(residents.by_public_id(signed_in(), public_id), ExtractForm(formdata=None))

    @expose("/<public_id>/copy", methods=["POST"])
    @requires("residents.extract")
    @needs_fresh_proof
    def make(self, public_id: str) -> Any:
        """The copy as a JSON file, after it is in the log."""
        me, form = signed_in(), ExtractForm()
        resident = residents.by_public_id(me, public_id)
        try:
            with transaction():
                found = operations.make(resident, reason=form.reason.data or "", by=me)
        except DomainError as refused:
            return self._page(resident, form, form_errors.put(form, refused))
        reading.opened("extracted", public_id, resident)
        made = {"made_at": clock.now().isoformat(), "made_by_role": me.role, "resident": public_id, "parts": found}
        made["left_out"] = rules.TABLES_LEFT_OUT | rules.COLUMNS_LEFT_OUT
        content = json.dumps(made, ensure_ascii=False, indent=1).encode()
        return files.attachment(content, name=f"resident-{public_id}.json", media_type="application/json")

    def _page(self, resident: Resident, form: ExtractForm, status: int = 200) -> Any:
        reading.opened("resident", resident.public_id, resident)
        return self.render_template("extracts/ask.html", resident=resident, form=form), status


def resident_section(resident: Resident, me: Actor) -> dict[str, Any]:
    """This room's part of a person's page: the way to the copy."""
    url = url_for("ExtractView.ask", public_id=resident.public_id)
    action = {"label": _("Copy of all data"), "url": url, "icon": "download", "kind": "secondary", "key": ""}
    return {"template": "extracts/section.html", "actions": [action] if me.may("residents.extract") else []}
