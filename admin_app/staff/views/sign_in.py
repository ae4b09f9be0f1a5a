"""Doors: sign in, sign out."""

from typing import Any

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from admin_app.foundation.database import transaction
from admin_app.staff.forms import SignInForm
from admin_app.staff.operations import own_account, signing_in
from admin_app.web.desk_view import DeskView, expose, public, signed_in_member
from admin_app.web.local_addresses import local_target


class SignInView(DeskView):
    """Sign in and out."""

    route_base = ""
    default_view = "sign_in"

    @expose("/sign-in", methods=["GET"])
    @public
    def sign_in(self) -> Any:
        """The sign-in page."""
        if current_user.is_authenticated:
            return redirect(local_target(request.args.get("next")))
        return self.render_template("staff/sign_in.html", form=SignInForm())

    @expose("/sign-in", methods=["POST"])
    @public
    def enter(self) -> Any:
        """Check name and password; a new session starts, nothing of the old one survives."""
        form = SignInForm()
        target = local_target(request.args.get("next"))
        if form.validate():
            attempt = signing_in.begin(form.username.data)
            compared = signing_in.compare(attempt, form.password.data)
            with transaction():
                member = signing_in.conclude(attempt, compared)
            if member is not None:
                session.renew()  # type: ignore[attr-defined]
                login_user(member)
                session["locale"] = member.language
                return redirect(target)
        flash(_("User name or password is not right, or the account is paused. Please try again."), "warning")
        return self.render_template("staff/sign_in.html", form=form), 422

    @expose("/sign-out", methods=["POST"])
    @public
    def leave(self) -> Any:
        """End the session on the server; the old cookie is worth nothing afterwards."""
        if current_user.is_authenticated:
            with transaction():
                own_account.sign_out(signed_in_member())
        logout_user()
        session.renew()  # type: ignore[attr-defined]
        answer = redirect(url_for("SignInView.sign_in"))
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer
