"""Doors: set up the second factor, new recovery codes, take it away."""

import base64
from typing import Any

from flask import flash, redirect, session, url_for
from flask_babel import gettext as _

from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.staff import queries
from admin_app.staff.forms import CodeForm
from admin_app.staff.operations import second_factor
from admin_app.web.desk_view import DeskView, expose, must_have_second_factor, requires, signed_in_member
from admin_app.web.fresh_proof import needs_fresh_proof
from reports.barcodes.qr import qr_code

ENROLLING = "enrolling"
"""Where the session keeps the secret until a code of it was typed."""


class SecondFactorView(DeskView):
    """One's own second factor."""

    route_base = "/account/second-factor"

    @expose("/", methods=["GET"])
    @requires("account")
    def index(self) -> Any:
        """What there is, and what can be done about it."""
        member = signed_in_member()
        left = queries.recovery_codes_left(member.id) if member.second_factor_since else 0
        ends_soon = left > 0 and queries.has_old_recovery_codes(member.id)
        return self.render_template("staff/second_factor.html", left=left, ends_soon=ends_soon, is_required=must_have_second_factor(member))

    @expose("/begin", methods=["POST"])
    @requires("account")
    @needs_fresh_proof
    def begin(self) -> Any:
        """Make a secret, once; nothing but this session knows it before a code was typed."""
        if signed_in_member().second_factor_since is None:
            session.setdefault(ENROLLING, second_factor.new_secret())
        return redirect(url_for("SecondFactorView.enrol"))

    @expose("/enrol", methods=["GET"])
    @requires("account")
    def enrol(self) -> Any:
        """The secret as a QR code and as text."""
        return self._enrol_page(CodeForm(formdata=None))

    @expose("/enrol", methods=["POST"])
    @requires("account")
    def confirm(self) -> Any:
        """Keep it, if the code is right; the answer shows the recovery codes, once."""
        form, secret = CodeForm(), session.get(ENROLLING)
        if not secret or not form.validate():
            return self._enrol_page(form, 422)
        try:
            with transaction():
                codes = second_factor.set_up(signed_in_member(), secret, form.verification_code.data)
        except DomainError as refused:
            form.verification_code.errors = [refused.message]
            return self._enrol_page(form, refused.status)
        session.pop(ENROLLING)
        return self.render_template("staff/recovery_codes.html", codes=codes, is_first=True)

    @expose("/recovery-codes", methods=["POST"])
    @requires("account")
    @needs_fresh_proof
    def recovery_codes(self) -> Any:
        """Ten new ones; the answer shows them, once."""
        with transaction():
            codes = second_factor.new_recovery_codes(signed_in_member())
        return self.render_template("staff/recovery_codes.html", codes=codes, is_first=False)

    @expose("/remove", methods=["POST"])
    @requires("account")
    @needs_fresh_proof
    def remove(self) -> Any:
        """Take it away."""
        with transaction():
            second_factor.remove(signed_in_member())
        flash(_("The second factor is gone. Signing in asks for the password only."), "success")
        return redirect(url_for("SecondFactorView.index"))

    def _enrol_page(self, form: CodeForm, status: int = 200) -> Any:
        secret = session.get(ENROLLING)
        if not secret:
            return redirect(url_for("SecondFactorView.index"))
        drawn = base64.b64encode(qr_code(second_factor.address_of(secret, signed_in_member()))).decode()
        grouped = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        return self.render_template("staff/enrol.html", form=form, drawn=drawn, secret=grouped), status
