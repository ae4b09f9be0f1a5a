"""Doors: sign in, sign out."""

from typing import Any

from flask import redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.staff.forms import SignInForm
from admin_app.staff.operations import attempts, own_account, signing_in
from admin_app.staff.views.checking import checked
from admin_app.web import known_devices
from admin_app.web.desk_view import DeskView, expose, public, signed_in_member
from admin_app.web.error_pages import retry_header
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
        if not form.validate():
            return self._again(form, 422)
        name = attempts.folded(form.username.data)
        try:
            attempt, compared, _stored = checked(name, form.password.data, device=known_devices.device_of(name))
        except DomainError as refused:
            return self._again(form, refused.status, refused)
        with transaction():
            member = signing_in.conclude(attempt, compared)
        if member is None:
            return self._again(form, 422)
        session.renew()  # type: ignore[attr-defined]
        login_user(member)
        session["locale"] = member.language
        answer = redirect(local_target(request.args.get("next")))
        known_devices.remember(answer, name)
        return answer

    def _again(self, form: SignInForm, status: int, refused: DomainError | None = None) -> Any:
        """The same page for whoever was refused, whatever the reason, except that there were too many attempts or too many people."""
        sentence = refused.message if refused else _("User name or password is not right. Please try again.")
        page = self.render_template("staff/sign_in.html", form=form, refused=sentence)
        return page, status, retry_header(refused) if refused else {}

    @expose("/sign-out", methods=["POST"])
    @public
    def leave(self) -> Any:
        """End the session on the server; the old cookie is worth nothing afterwards."""
        if current_user.is_authenticated:
            with transaction():
                own_account.sign_out(signed_in_member())
        chosen = session.get("locale")
        logout_user()
        session.renew()  # type: ignore[attr-defined]
        if chosen:
            session["locale"] = chosen
        answer = redirect(url_for("SignInView.sign_in"))
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer
