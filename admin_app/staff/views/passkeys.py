"""Doors: one's own passkeys."""

from typing import Any

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _

from admin_app.foundation import settings
from admin_app.foundation.database import is_public_id, transaction
from admin_app.foundation.errors import DomainError, NotFound
from admin_app.staff import queries
from admin_app.staff.forms import PasskeyForm
from admin_app.staff.models import StaffMember
from admin_app.staff.operations import passkeys
from admin_app.web.desk_view import DeskView, expose, requires, signed_in_member
from admin_app.web.error_pages import TEXTS
from admin_app.web.fresh_proof import needs_fresh_proof

CHALLENGE = "passkey_challenge"
"""Where the session keeps what the device must sign; it answers once."""


def site() -> passkeys.Site:
    """This site as the browser sees it."""
    scheme = "https" if settings.current().https else "http"
    return passkeys.Site(request.host.rpartition(":")[0] or request.host, f"{scheme}://{request.host}")


def question_for(member: StaffMember) -> str | None:
    """What a browser is asked to sign with one of this person's passkeys; None if they have none."""
    if not queries.passkeys_of(member.id):
        return None
    question = passkeys.ask_for_proof(member, site())
    session[CHALLENGE] = question.challenge
    return question.options


class PasskeysView(DeskView):
    """One's own passkeys."""

    route_base = "/account/passkeys"

    @expose("/", methods=["GET"])
    @requires("account")
    def index(self) -> Any:
        """Those that there are, and the form that adds one."""
        return self._page(PasskeyForm(formdata=None))

    @expose("/add", methods=["POST"])
    @requires("account")
    @needs_fresh_proof
    def add(self) -> Any:
        """Keep what the device made."""
        form, challenge = PasskeyForm(), session.pop(CHALLENGE, "")
        if not form.validate():
            return self._page(form, 422)
        try:
            with transaction():
                passkeys.add(signed_in_member(), form.name.data, form.credential.data or "", challenge=challenge, site=site())
        except DomainError as refused:
            form.name.errors = [refused.message]
            return self._page(form, refused.status)
        flash(_("The passkey was added. It is asked for after the password."), "success")
        return redirect(url_for("PasskeysView.index"))

    @expose("/<public_id>/remove", methods=["POST"])
    @requires("account")
    @needs_fresh_proof
    def remove(self, public_id: str) -> Any:
        """Forget one."""
        if not is_public_id(public_id):
            raise NotFound(TEXTS[404][1])
        with transaction():
            passkeys.remove(signed_in_member(), public_id)
        flash(_("The passkey was removed. Remove it on the device, too."), "success")
        return redirect(url_for("PasskeysView.index"))

    def _page(self, form: PasskeyForm, status: int = 200) -> Any:
        member = signed_in_member()
        question = passkeys.ask_for_new(member, site())
        session[CHALLENGE] = question.challenge
        facts = {"passkeys": queries.passkeys_of(member.id), "options": question.options}
        return self.render_template("staff/passkeys.html", form=form, **facts), status
