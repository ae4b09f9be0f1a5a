"""Doors: sign in, sign out."""

from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from admin_app.foundation import clock
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.staff import queries
from admin_app.staff.forms import CodeForm, SignInForm
from admin_app.staff.models import StaffMember
from admin_app.staff.operations import attempts, own_account, passkeys, signing_in
from admin_app.staff.views import proving
from admin_app.staff.views.checking import checked
from admin_app.staff.views.passkeys import CHALLENGE, question_for, site
from admin_app.web import fresh_proof, kept_forms, known_devices
from admin_app.web.desk_view import DeskView, expose, public, signed_in_member
from admin_app.web.error_pages import retry_header
from admin_app.web.kept_forms import Kept
from admin_app.web.local_addresses import local_target
from admin_app.web.sessions import HALF_IN

CODE_MINUTES = 5
"""How long after the password the code may come."""


def half_in() -> StaffMember | None:
    """Whoever gave the right password in this session within CODE_MINUTES and may still sign in."""
    half = session.get(HALF_IN)
    if not half or clock.now() - datetime.fromisoformat(half["at"]) > timedelta(minutes=CODE_MINUTES):
        return None
    member = queries.by_username(half["name"])
    return member if member and member.active and member.second_factor_since else None


def _half_way() -> dict[str, str]:
    """Where whoever gave the right password goes on, and the form that goes along."""
    half = session[HALF_IN]
    return {"target": half["target"], "carried": half.get("kept", "")}


def _going_on(member: StaffMember, target: str, carried: str) -> str:
    """Where the person goes on: to the page of the form that was kept for them; what is somebody else's is dropped with a word."""
    if not carried:
        return target
    try:
        kept = kept_forms.opened(carried, member.id)
    except kept_forms.NotTheirs:
        flash(
            _("What was typed in this window before you signed in is not yours, or too old. It is not shown; nothing was done."),
            "info",
        )
        return "/"
    kept_forms.put(kept)
    return kept.page


def in_place(kept: Kept) -> Any:
    """The sign-in page in place of an answer, for a form whose session has ended; it carries the form, sealed."""
    carried = "" if kept.is_too_long else kept_forms.sealed(kept)
    facts = {"form": SignInForm(formdata=None), "kept": carried, "target": kept.page, "has_anybody": True}
    return render_template("staff/sign_in.html", **facts, ended=_ended(kept)), 401


def _ended(kept: Kept) -> str:
    """That the session has ended, and what becomes of the form."""
    if kept.is_too_long:
        return _(
            "Your session has ended. Nothing of your last step was done. Your form holds more than %(count)s characters and does not come"
            " along over a sign-in. Go back: what you typed still stands there. Sign in in another window, then send it from here.",
            count=f"{kept_forms.MOST:,}",
        )
    return f"{_comes_back()} {_('Files must be chosen again.')}" if kept.had_files else _comes_back()


def _comes_back() -> str:
    return _("Your session has ended. Nothing of your last step was done. Sign in here: the form comes back as you left it, for you alone.")


def as_typed() -> Any:
    """The sign-in page as it stands in somebody's window, but for the password: its language was switched."""
    sent = request.form
    facts = {"kept": sent.get(kept_forms.FIELD, ""), "target": local_target(sent.get("next")), "has_anybody": queries.has_anybody()}
    return render_template("staff/sign_in.html", form=SignInForm(), **facts, ended=_comes_back() if facts["kept"] else "")


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
        return self._sign_in_page(SignInForm())

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
        target = local_target(request.args.get("next"))
        carried = request.form.get(kept_forms.FIELD, "")
        if member.second_factor_since is None:
            return self._let_in(member, target, carried)
        chosen = session.get("locale")
        session.renew()  # type: ignore[attr-defined]
        if chosen:
            session["locale"] = chosen
        session[HALF_IN] = {"name": name, "at": clock.now().isoformat(), "target": target, "kept": carried}
        return redirect(url_for("SignInView.code"))

    @expose("/sign-in/code", methods=["GET"])
    @public
    def code(self) -> Any:
        """The page that asks for the code, for whoever gave the right password a moment ago."""
        return self._code_page(CodeForm(formdata=None)) if half_in() else redirect(url_for("SignInView.sign_in"))

    @expose("/sign-in/code", methods=["POST"])
    @public
    def enter_code(self) -> Any:
        """Check the code; a new session starts."""
        form, member = CodeForm(), half_in()
        if member is None:
            return redirect(url_for("SignInView.sign_in"))
        if not form.validate():
            return self._code_page(form, 422)
        try:
            if proving.is_right_code(member, form.verification_code.data, self._tries(member), signing_in.enter):
                return self._let_in(member, **_half_way())
        except DomainError as refused:
            return self._code_page(form, refused.status, refused)
        form.verification_code.errors = [_("This code is not right, or it was used already.")]
        return self._code_page(form, 422)

    @expose("/sign-in/passkey", methods=["POST"])
    @public
    def enter_passkey(self) -> Any:
        """Check what the device signed, in place of the code."""
        member, challenge, answer = half_in(), session.pop(CHALLENGE, ""), request.form.get("credential", "")[:20_000]
        if member is None:
            return redirect(url_for("SignInView.sign_in"))

        def is_signed() -> bool:
            return bool(challenge) and passkeys.is_right(member, answer, challenge=challenge, site=site())

        try:
            if proving.is_second_factor(member, is_signed, self._tries(member), signing_in.enter):
                return self._let_in(member, **_half_way())
        except DomainError as refused:
            return self._code_page(CodeForm(formdata=None), refused.status, refused)
        refused = passkeys.PasskeyRefused(_("This passkey is not right here. Try again, or type the code of your authenticator."))
        return self._code_page(CodeForm(formdata=None), 422, refused)

    def _tries(self, member: StaffMember) -> attempts.Tries:
        return attempts.tries(member.username, known_devices.device_of(attempts.folded(member.username)), attempts.CODE)

    def _code_page(self, form: CodeForm, status: int = 200, refused: DomainError | None = None) -> Any:
        member = half_in()
        options = question_for(member) if member else None
        page = self.render_template("staff/code.html", form=form, refused=refused.message if refused else None, options=options)
        return page, status, retry_header(refused) if refused else {}

    def _let_in(self, member: StaffMember, target: str, carried: str) -> Any:
        """A session of its own for whoever proved all that is asked for; nothing of the one before survives.

        `carried`: the sealed form of a session that had ended; it goes on if it is this person's.
        """
        chosen = member.language or session.get("locale")
        session.renew()  # type: ignore[attr-defined]
        login_user(member)
        if chosen:
            session["locale"] = chosen
        fresh_proof.mark()
        answer = redirect(_going_on(member, target, carried))
        known_devices.remember(answer, attempts.folded(member.username))
        return answer

    def _again(self, form: SignInForm, status: int, refused: DomainError | None = None) -> Any:
        """The same page for whoever was refused, whatever the reason, except that there were too many attempts or too many people."""
        sentence = refused.message if refused else _("User name or password is not right. Please try again.")
        return self._sign_in_page(form, refused=sentence), status, retry_header(refused) if refused else {}

    def _sign_in_page(self, form: SignInForm, **more: Any) -> Any:
        """The page; while nobody has an account it says how the first one is made, which only whoever has the machine can do."""
        facts = {"kept": request.form.get(kept_forms.FIELD, ""), "target": local_target(request.args.get("next"))}
        return self.render_template("staff/sign_in.html", form=form, has_anybody=queries.has_anybody(), **facts, **more)

    @expose("/sign-out", methods=["POST"])
    @public
    def leave(self) -> Any:
        """End the session on the server; the old cookie is worth nothing afterwards."""
        if current_user.is_authenticated:
            with transaction():
                own_account.sign_out(signed_in_member())
        last = session.get("locale")
        logout_user()
        session.renew()  # type: ignore[attr-defined]
        if last:
            session["last_locale"] = last  # for the page that follows; whoever signs in next has their own
        answer = redirect(url_for("SignInView.sign_in"))
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer
