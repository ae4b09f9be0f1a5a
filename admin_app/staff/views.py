"""Doors: sign in, sign out, one's own account, administration of staff."""

from typing import Any
from urllib.parse import urlsplit

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from admin_app.audit import queries as audit
from admin_app.centres import queries as centres
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError, NotFound
from admin_app.foundation.i18n import pick
from admin_app.staff import operations, queries
from admin_app.staff.forms import MemberForm, NewMemberForm, PasswordForm, SignInForm
from admin_app.staff.lists import PERMISSIONS, STAFF
from admin_app.staff.models import StaffMember
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, public, requires, signed_in, signed_in_member
from admin_app.web.error_pages import TEXTS
from admin_app.web.form_fields import offered
from admin_app.web.lists.page import render


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
                operations.sign_out(signed_in_member())
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
                operations.change_password(signed_in_member(), current=form.current.data, new=form.new.data)
        except operations.PasswordRefused as refused:
            form.current.errors = [refused.message]
            return self.render_template("staff/account.html", form=form), 422
        operations.end_sessions(signed_in_member(), but=session.key)  # type: ignore[attr-defined]
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
                operations.prefer(signed_in_member(), language=form.get("language"), theme=form.get("theme"), shortcuts_on=shortcuts)
        return redirect(local_target(form.get("back")))


class StaffView(DeskView):
    """Staff members and what each role may do."""

    route_base = "/staff"

    @expose("/", methods=["GET"])
    @requires("staff.read")
    def index(self) -> Any:
        """The staff members, by user name."""
        return render(STAFF)

    @expose("/permissions", methods=["GET"])
    @requires("staff.read")
    def matrix(self) -> Any:
        """Role by permission."""
        return render(PERMISSIONS)

    @expose("/add", methods=["GET"])
    @requires("staff.edit")
    def new(self) -> Any:
        """The form of a new staff member."""
        return self.render_template("staff/add.html", form=with_centres(NewMemberForm()))

    @expose("/add", methods=["POST"])
    @requires("staff.edit")
    def add(self) -> Any:
        """Add a staff member; the answer shows the one-time password, once."""
        form, status = with_centres(NewMemberForm()), 422
        if form.validate():
            try:
                with transaction():
                    member, password = operations.add_member(form.username.data, particulars(form), by=signed_in())
                return self.render_template("staff/password_once.html", member=member, password=password, is_new=True)
            except DomainError as refused:
                status = refused.status
                form.form_errors.append(refused.message)
        return self.render_template("staff/add.html", form=form), status

    @expose("/members/<username>", methods=["GET"])
    @requires("staff.read")
    def show(self, username: str) -> Any:
        """One staff member; administrators may change them here."""
        member = seen(username)
        return self._page(member, member_form(member))

    @expose("/members/<username>", methods=["POST"])
    @requires("staff.edit")
    def change(self, username: str) -> Any:
        """Change names, role, centre, or switch on and off; what was typed stays if it is refused."""
        form, status = with_centres(MemberForm(), seen(username)), 422
        if form.validate():
            try:
                with transaction():
                    operations.change_member(seen(username), particulars(form), version=arguments.form.version(), by=signed_in())
                flash(_("Saved."), "success")
                return redirect(url_for("StaffView.show", username=username))
            except DomainError as refused:
                status = refused.status
                form.form_errors.append(refused.message)
        member = seen(username)
        form.version.data = str(member.version)
        return self._page(member, form), status

    @expose("/members/<username>/password", methods=["POST"])
    @requires("staff.edit")
    def reset_password(self, username: str) -> Any:
        """Make a one-time password; the answer shows it, once."""
        with transaction():
            member = seen(username)
            password = operations.reset_password(member, by=signed_in())
        return self.render_template("staff/password_once.html", member=member, password=password, is_new=False)

    @expose("/members/<username>/sign-out", methods=["POST"])
    @requires("staff.edit")
    def sign_out_everywhere(self, username: str) -> Any:
        """End every session of this person."""
        with transaction():
            operations.sign_out_everywhere(seen(username), by=signed_in())
        flash(_("Signed out everywhere."), "success")
        return redirect(url_for("StaffView.show", username=username))

    def _page(self, member: StaffMember, form: MemberForm) -> Any:
        history = audit.of_subject("staff", member.username) if signed_in().may("staff.edit") else None
        return self.render_template("staff/show.html", member=member, form=form, history=history)


def seen(username: str) -> StaffMember:
    """The staff member if the signed-in person may see them; NotFound otherwise."""
    member = queries.seen_by(signed_in(), username[:64])
    if member is None:
        raise NotFound(TEXTS[404][1])
    return member


def with_centres(form: MemberForm, member: StaffMember | None = None) -> MemberForm:
    """Fill in the centres to choose from: those in use, and the one where `member` is."""
    choices = {centre.code: centre for centre in centres.active()}
    if member is not None and member.centre:
        choices.setdefault(member.centre.code, member.centre)
    form.centre.choices = offered([("", "—"), *((code, f"{pick(centre, 'name')} ({code})") for code, centre in choices.items())])
    return form


def member_form(member: StaffMember) -> MemberForm:
    """The form as the member is stored."""
    form = with_centres(MemberForm(obj=member), member)
    form.version.data, form.centre.data = str(member.version), member.centre.code if member.centre else ""
    return form


def particulars(form: MemberForm) -> operations.Particulars:
    """The form as the operations take it."""
    centre = centres.by_code(form.centre.data) if form.centre.data else None
    return operations.Particulars(
        name_en=form.name_en.data,
        name_zh=form.name_zh.data,
        role=form.role.data,
        centre_id=centre.id if centre else None,
        active=form.active.data if form.active else True,
    )
