"""Doors: the administration of staff."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from admin_app.audit import queries as audit
from admin_app.centres import queries as centres
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError, NotFound
from admin_app.foundation.i18n import pick
from admin_app.staff import queries
from admin_app.staff.forms import MemberForm, NewMemberForm
from admin_app.staff.lists import PERMISSIONS, STAFF
from admin_app.staff.models import StaffMember
from admin_app.staff.operations import members
from admin_app.staff.permissions import Role
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.error_pages import TEXTS
from admin_app.web.form_fields import offered
from admin_app.web.fresh_proof import needs_fresh_proof
from admin_app.web.lists.page import render


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
        """The form of a new staff member; an address may name the role."""
        role = arguments.address.choice("role", [str(role) for role in Role])
        return self.render_template("staff/add.html", form=with_centres(NewMemberForm(formdata=None, role=role)))

    @expose("/add", methods=["POST"])
    @requires("staff.edit")
    @needs_fresh_proof
    def add(self) -> Any:
        """Add a staff member; the answer shows the one-time password, once."""
        form, status = with_centres(NewMemberForm()), 422
        if form.validate():
            try:
                password = members.one_time_password()
                with transaction():
                    member = members.add_member(form.username.data, particulars(form), password, by=signed_in())
                return self.render_template("staff/password_once.html", member=member, password=password.shown, is_new=True)
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
    @needs_fresh_proof
    def change(self, username: str) -> Any:
        """Change names, role, centre, or switch on and off; what was typed stays if it is refused."""
        form, status = with_centres(MemberForm(), seen(username)), 422
        if form.validate():
            try:
                with transaction():
                    members.change_member(seen(username), particulars(form), version=arguments.form.version(), by=signed_in())
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
    @needs_fresh_proof
    def reset_password(self, username: str) -> Any:
        """Make a one-time password; the answer shows it, once."""
        password = members.one_time_password()
        with transaction():
            member = seen(username)
            members.reset_password(member, password, by=signed_in())
        return self.render_template("staff/password_once.html", member=member, password=password.shown, is_new=False)

    @expose("/members/<username>/second-factor", methods=["POST"])
    @requires("staff.edit")
    @needs_fresh_proof
    def reset_second_factor(self, username: str) -> Any:
        """Take the second factor away, for whoever lost the device."""
        with transaction():
            members.reset_second_factor(seen(username), by=signed_in())
        flash(_("The second factor was taken away; every session of this person has ended."), "success")
        return redirect(url_for("StaffView.show", username=username))

    @expose("/members/<username>/sign-out", methods=["POST"])
    @requires("staff.edit")
    def sign_out_everywhere(self, username: str) -> Any:
        """End every session of this person."""
        with transaction():
            members.sign_out_everywhere(seen(username), by=signed_in())
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


def particulars(form: MemberForm) -> members.Particulars:
    """The form as the operations take it."""
    centre = centres.by_code(form.centre.data) if form.centre.data else None
    return members.Particulars(
        name_en=form.name_en.data,
        name_zh=form.name_zh.data,
        role=form.role.data,
        centre_id=centre.id if centre else None,
        active=form.active.data if form.active else True,
    )
