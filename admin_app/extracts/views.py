"""Doors: a copy of everything about one resident, as a file for that resident."""

import json
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from admin_app.audit.operations import reading
from admin_app.audit.rules import role_label
from admin_app.extracts import operations, queries, rules
from admin_app.extracts.forms import ExtractForm
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.i18n import LANGUAGES
from admin_app.foundation.per_app import PerApp
from admin_app.residents import queries as residents
from admin_app.residents.models import Resident
from admin_app.web import arguments, files, form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.fresh_proof import needs_fresh_proof
from reports.letters.person_copy import person_copy


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
        """The copy in the form asked for, after it is in the log; what cannot be printed is said before."""
        me, form = signed_in(), ExtractForm()
        resident, wanted = residents.by_public_id(me, public_id), arguments.form.choice("form", FORMS, "json")
        try:
            found = operations.collect(resident, reason=form.reason.data or "", by=me)
            content, name, media_type = FORMS[wanted](resident, found, me)
            with transaction():
                operations.make(resident, found, form=wanted, reason=form.reason.data or "", by=me)
        except DomainError as refused:
            return self._page(resident, form, form_errors.put(form, refused))
        reading.opened("extracted", public_id, resident)
        return files.attachment(content, name=name, media_type=media_type)

    def _page(self, resident: Resident, form: ExtractForm, status: int = 200) -> Any:
        reading.opened("resident", resident.public_id, resident)
        return self.render_template("extracts/ask.html", resident=resident, form=form), status


Found = dict[str, list[dict[str, Any]]]
File = tuple[bytes, str, str]
"""Content, name, media type."""
HOW_LONG: PerApp[queries.HowLong] = PerApp("extracts.how_long", lambda: _not_said)
"""How long the records of a table stay: the room of retention knows it, which stands above this one (menu.py)."""


def _not_said(_table: str) -> tuple[str, ...]:
    return ()


def _json(resident: Resident, found: Found, me: Actor) -> File:
    made = {"made_at": clock.now().isoformat(), "made_by_role": me.role, "resident": resident.public_id, "parts": found}
    made["left_out"] = rules.TABLES_LEFT_OUT | rules.COLUMNS_LEFT_OUT
    content = json.dumps(made, ensure_ascii=False, indent=1, default=_plain).encode()
    return content, f"resident-{resident.public_id}.json", "application/json"


def _plain(value: date) -> str:
    return value.isoformat()


def _pdf(language: str, resident: Resident, found: Found, me: Actor) -> File:
    with force_locale(language), files.printing():
        row = queries.person_copy(resident, found, role=str(role_label(me.role)), how_long=HOW_LONG.get())
        return person_copy(row, language), f"resident-{resident.public_id}-{language}.pdf", "application/pdf"


Write = Callable[[Resident, Found, Actor], File]
FORMS: dict[str, Write] = {"json": _json, **{f"pdf-{one}": partial(_pdf, one) for one in LANGUAGES}}
"""For a program, and for people in each language."""


def resident_section(resident: Resident, me: Actor) -> dict[str, Any]:
    """This room's part of a person's page: the way to the copy."""
    url = url_for("ExtractView.ask", public_id=resident.public_id)
    action = {"label": _("Copy of all data"), "url": url, "icon": "download", "kind": "secondary", "key": ""}
    return {"template": "extracts/section.html", "actions": [action] if me.may("residents.extract") else []}
