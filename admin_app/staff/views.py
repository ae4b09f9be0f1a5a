"""Doors: sign in, sign out, one's own account."""

from typing import Any
from urllib.parse import urlsplit

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from admin_app.foundation.database import transaction
from admin_app.staff import operations
from admin_app.staff.forms import PasswordForm, SignInForm
from admin_app.web.desk_view import DeskView, expose, public, requires, signed_in


def local_target(target: str | None) -> str:
    """`target` if it is a path of this site, else the home page."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target


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
            with transaction():
                member = operations.sign_in(form.username.data, form.password.data)
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
                operations.sign_out(signed_in())
        logout_user()
        session.renew()  # type: ignore[attr-defined]
        answer = redirect(url_for("SignInView.sign_in"))
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer


class AccountView(DeskView):
    """One's own password and preferences."""

    route_base = "/account"

    @expose("/", methods=["GET"])
    @requires("account")
    def index(self) -> Any:
        """Account page."""
        return self.render_template("staff/account.html", form=PasswordForm())

    @expose("/password", methods=["GET"])
    @requires("account")
    def password(self) -> Any:
        """The page that asks for a new password."""
        return self.render_template("staff/account.html", form=PasswordForm())

    @expose("/password", methods=["POST"])
    @requires("account")
    def change_password(self) -> Any:
        """Change the password; other sessions of this person end."""
        form = PasswordForm()
        if not form.validate():
            return self.render_template("staff/account.html", form=form), 422
        try:
            with transaction():
                operations.change_password(signed_in(), current=form.current.data, new=form.new.data)
        except operations.PasswordRefused as refused:
            form.current.errors = [refused.message]
            return self.render_template("staff/account.html", form=form), 422
        operations.end_sessions(signed_in(), but=session.key)  # type: ignore[attr-defined]
        flash(_("Your password was changed. Other browsers were signed out."), "success")
        return redirect(url_for("AccountView.index"))


class PreferencesView(DeskView):
    """Language, theme, shortcuts: kept with the person, or with the browser before sign-in."""

    route_base = "/preferences"

    @expose("/", methods=["POST"])
    @public
    def save(self) -> Any:
        """Remember one choice and go back to where it was made."""
        form = request.form
        if form.get("language") in operations.LANGUAGES:
            session["locale"] = form["language"]
        if form.get("theme") in operations.THEMES:
            session["theme"] = form["theme"]
        if current_user.is_authenticated:
            shortcuts = {"on": True, "off": False}.get(form.get("shortcuts", ""))
            with transaction():
                operations.prefer(signed_in(), language=form.get("language"), theme=form.get("theme"), shortcuts_on=shortcuts)
        return redirect(local_target(form.get("back")))
