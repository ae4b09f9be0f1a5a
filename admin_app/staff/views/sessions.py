"""Doors: where one is signed in, and how to end that."""

from typing import Any

from flask import flash, redirect, session, url_for
from flask_babel import gettext as _

from admin_app.foundation import browser_sessions
from admin_app.foundation.database import is_public_id, transaction
from admin_app.foundation.errors import NotFound
from admin_app.staff.operations import own_account
from admin_app.web.desk_view import DeskView, expose, requires, signed_in_member
from admin_app.web.error_pages import TEXTS


class SessionsView(DeskView):
    """One's own sessions."""

    route_base = "/account/sessions"

    @expose("/", methods=["GET"])
    @requires("account")
    def index(self) -> Any:
        """Each browser where this person is signed in now; this one is marked."""
        shown = browser_sessions.live_of(signed_in_member().id)
        here = [one.public_id for one in shown if browser_sessions.is_of(one, session.key)]  # type: ignore[attr-defined]
        return self.render_template("staff/sessions.html", sessions=shown, here=here)

    @expose("/<public_id>/end", methods=["POST"])
    @requires("account")
    def end(self, public_id: str) -> Any:
        """End one of them."""
        if not is_public_id(public_id):
            raise NotFound(TEXTS[404][1])
        with transaction():
            own_account.end_session(signed_in_member(), public_id)
        flash(_("That browser is signed out."), "success")
        return redirect(url_for("SessionsView.index"))

    @expose("/end-others", methods=["POST"])
    @requires("account")
    def end_others(self) -> Any:
        """End all but this one."""
        with transaction():
            own_account.end_other_sessions(signed_in_member(), but=session.key)  # type: ignore[attr-defined]
        flash(_("All other browsers are signed out."), "success")
        return redirect(url_for("SessionsView.index"))
