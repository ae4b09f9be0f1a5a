"""Doors: one's own password and preferences."""

from typing import Any

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import refresh
from flask_login import current_user

from admin_app.foundation.database import transaction
from admin_app.foundation.i18n import LANGUAGES
from admin_app.foundation.password_choice import PasswordRefused
from admin_app.staff.forms import PasswordForm
from admin_app.staff.operations import own_account, signing_in
from admin_app.staff.operations.attempts import TooManyAttempts
from admin_app.staff.views import sign_in
from admin_app.staff.views.checking import checked, own_device
from admin_app.web import form_marks, kept_forms
from admin_app.web.desk_view import DeskView, expose, public, requires, signed_in_member
from admin_app.web.kept_forms import Kept
from admin_app.web.local_addresses import local_target

NEXT = "next"
"""The appearance after that of now."""


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
        me, typed = signed_in_member(), {"current": form.current.data, "new": form.new.data}
        try:
            own_account.check_choice(me, **typed)
            attempt, compared, stored = checked(me.username, typed["current"], device=own_device(me), new=typed["new"])
        except PasswordRefused as refused:
            return self._refused(form, form.new, refused.message)
        except TooManyAttempts as spent:
            return self._refused(form, form.current, spent.message, spent.status)
        with transaction():
            is_proved = signing_in.is_proved(me, attempt, compared)
            if is_proved:
                own_account.change_password(me, stored)
            else:
                signing_in.note_wrong_password(me.username, me)
        if not is_proved:
            return self._refused(form, form.current, _("The current password is not right. Nothing was changed."))
        session.rotate()  # type: ignore[attr-defined]
        own_account.end_sessions(signed_in_member(), but=session.key)  # type: ignore[attr-defined]
        flash(_("Your password was changed. Other browsers were signed out."), "success")
        return redirect(url_for("AccountView.index"))

    def _refused(self, form: PasswordForm, field: Any, sentence: Any, status: int = 422) -> Any:
        field.errors = [sentence]
        return self.render_template("staff/account.html", form=form), status


def _theme_wanted() -> str | None:
    """The appearance that was chosen; `next` is the one after that of now, for a switch that stands in a form and does not know it."""
    wanted = request.form.get("theme")
    if wanted != NEXT:
        return wanted
    shown = session.get("theme") or (signed_in_member().theme if current_user.is_authenticated else None)
    at = own_account.THEMES.index(shown) if shown in own_account.THEMES else 0
    return own_account.THEMES[(at + 1) % len(own_account.THEMES)]


class PreferencesView(DeskView):
    """Language, theme, shortcuts: kept with the person, or with the browser before sign-in."""

    route_base = "/preferences"

    @expose("/", methods=["POST"])
    @public
    def save(self) -> Any:
        """Remember one choice and go back to where it was made."""
        form, theme = request.form, _theme_wanted()
        kept = kept_forms.of_request("language")
        if kept is not None and kept.is_too_long:
            raise kept_forms.TooLong(
                _l(
                    "What you typed on this page is more than %(count)s characters and would be lost. Nothing was switched. Go back: it"
                    " still stands there.",
                    count=f"{kept_forms.MOST:,}",
                )
            )
        if form.get("language") in LANGUAGES:
            session["locale"] = form["language"]
        if theme in own_account.THEMES:
            session["theme"] = theme
        if current_user.is_authenticated:
            shortcuts, opens_next = ({"on": True, "off": False}.get(form.get(name, "")) for name in ("shortcuts", "next"))
            language = form.get("language")
            with transaction():
                own_account.prefer(signed_in_member(), language=language, theme=theme, shortcuts_on=shortcuts, opens_next=opens_next)
        return self._back(kept)

    def _back(self, kept: Kept | None) -> Any:
        """To the page of the switch, with what is typed there; whoever is not signed in gets the sign-in page as it stood."""
        if kept_forms.BESIDE in request.args and not current_user.is_authenticated:
            refresh()
            return sign_in.as_typed()
        if kept is None or kept.account != form_marks.account_here():
            return redirect(local_target(request.form.get("back")))
        kept_forms.put(kept)
        back = "" if kept_forms.BESIDE in request.args else request.form.get("back")  # beside: a field of the form that was typed into
        return redirect(local_target(back or kept.page))
