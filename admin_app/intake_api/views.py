"""Doors: the administration of clients and their keys."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from admin_app.audit import queries as audit
from admin_app.foundation import clock
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError, NotFound
from admin_app.foundation.filing import LEVEL_LABELS, Level
from admin_app.intake_api import queries, rules
from admin_app.intake_api.forms import ClientForm, KeyForm
from admin_app.intake_api.lists import CLIENTS
from admin_app.intake_api.models import ApiClient
from admin_app.intake_api.operations import clients as operations
from admin_app.web import arguments, form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.error_pages import TEXTS
from admin_app.web.fresh_proof import needs_fresh_proof
from admin_app.web.lists.page import render

LEVELS = frozenset(str(int(level)) for level in Level)


class ClientView(DeskView):
    """Programs of others that ask by the API."""

    route_base = "/clients"

    @expose("/", methods=["GET"])
    @requires("clients.read")
    def index(self) -> Any:
        """The clients, by name."""
        return render(CLIENTS)

    @expose("/add", methods=["GET"])
    @requires("clients.edit")
    def new(self) -> Any:
        """The form of a new client."""
        return self.render_template("clients/add.html", form=ClientForm(formdata=None))

    @expose("/add", methods=["POST"])
    @requires("clients.edit")
    @needs_fresh_proof
    def add(self) -> Any:
        """Add a client; its key is made on its page."""
        form = ClientForm()
        try:
            with transaction():
                made = operations.add(_particulars(form), by=signed_in())
        except DomainError as refused:
            status = form_errors.put(form, refused)  # first: the page shows what it says
            return self.render_template("clients/add.html", form=form), status
        flash(_("The client is added. Make its key here, and hand it over."), "success")
        return redirect(url_for("ClientView.show", public_id=made.public_id))

    @expose("/<public_id>", methods=["GET"])
    @requires("clients.read")
    def show(self, public_id: str) -> Any:
        """One client: what it may, its keys, what was changed."""
        client = queries.by_public_id(signed_in(), public_id)
        return self._page(client, client_form(client), KeyForm(formdata=None))

    @expose("/<public_id>", methods=["POST"])
    @requires("clients.edit")
    @needs_fresh_proof
    def change(self, public_id: str) -> Any:
        """Change name, scopes, networks; what was typed stays if it is refused."""
        client, form = queries.by_public_id(signed_in(), public_id), ClientForm()
        try:
            with transaction():
                operations.change(client, _particulars(form), version=arguments.form.version(), by=signed_in())
        except DomainError as refused:
            return self._page(client, form, KeyForm(formdata=None), form_errors.put(form, refused))
        return self._back(client, _("Saved."))

    @expose("/<public_id>/switch", methods=["POST"])
    @requires("clients.edit")
    @needs_fresh_proof
    def switch(self, public_id: str) -> Any:
        """Stop the client at once, or let it ask again."""
        client, state = queries.by_public_id(signed_in(), public_id), arguments.form.choice("state", {"on", "off"})
        if not state:
            arguments.form.refuse()
        with transaction():
            operations.switch(client, is_active=state == "on", by=signed_in())
        return self._back(client, _("The client may ask again.") if state == "on" else _("The client is switched off."))

    @expose("/<public_id>/keys", methods=["POST"])
    @requires("clients.edit")
    @needs_fresh_proof
    def make_key(self, public_id: str) -> Any:
        """Make a key; the answer shows it, once."""
        client, form = queries.by_public_id(signed_in(), public_id), KeyForm()
        try:
            with transaction():
                shown, signing = operations.make_key(client, expires_on=arguments.form.day("expires_on"), by=signed_in())
        except DomainError as refused:
            return self._page(client, client_form(client), form, form_errors.put(form, refused))
        return self.render_template("clients/key_once.html", client=client, key=shown, signing=signing)

    @expose("/<public_id>/keys/<prefix>/end", methods=["POST"])
    @requires("clients.edit")
    @needs_fresh_proof
    def end_key(self, public_id: str, prefix: str) -> Any:
        """End a key at once."""
        client = queries.by_public_id(signed_in(), public_id)
        key = next((key for key in client.keys if key.prefix == prefix), None)
        if key is None:
            raise NotFound(TEXTS[404][1])
        with transaction():
            operations.end_key(key, by=signed_in())
        return self._back(client, _("The key is ended."))

    def _page(self, client: ApiClient, form: ClientForm, key_form: KeyForm, status: int = 200) -> Any:
        history = audit.of_subject("client", client.public_id)
        today = clock.today()
        days = {"first": today.isoformat(), "last": (today + timedelta(days=rules.LONGEST_DAYS)).isoformat()}
        facts = {"rules": rules, "history": history, "days": days, "key_form": key_form, "levels": LEVEL_LABELS}
        return self.render_template("clients/show.html", client=client, form=form, **facts), status

    @staticmethod
    def _back(client: ApiClient, done: str) -> Any:
        flash(done, "success")
        return redirect(url_for("ClientView.show", public_id=client.public_id))


def client_form(client: ApiClient) -> ClientForm:
    """The form as the client is stored."""
    form = ClientForm(formdata=None, obj=client)
    form.version.data, form.max_level.data = str(client.version), str(client.max_level)
    return form


def _particulars(form: ClientForm) -> operations.Particulars:
    scopes = arguments.form.several("scopes", set(rules.Scope))
    level = arguments.form.choice("max_level", LEVELS) or arguments.form.refuse()
    return operations.Particulars(form.name.data or "", tuple(scopes), form.networks.data or "", int(level))
