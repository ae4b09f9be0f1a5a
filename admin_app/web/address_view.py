"""The help beside every address field: the division is chosen, a pasted block is taken apart. It changes what is typed and stores nothing.

With script, static/desk/address.js asks and writes into the form. Without, the form waits (web/kept_forms.py) while the division is
chosen on a page of its own, and comes back filled in; it is saved by nobody but its person.
"""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from admin_app.foundation.errors import DomainError
from admin_app.foundation.typed_text import divisions
from admin_app.web import arguments, kept_forms
from admin_app.web.desk_view import DeskView, expose, requires
from admin_app.web.form_filling import Sent, one_line_end
from admin_app.web.kept_forms import Kept
from admin_app.web.typed_address import NAMES, PHONE, POSTCODE, Typed, levels, levels_of

AROUND = (*NAMES, PHONE, POSTCODE)
STEP, FIELD = "address_step", "address_field"
"""What the buttons of a form without script send: what to do (apart, choose, use), and behind a colon the name of the address field."""
ROWS = 4
ONE_ROW = frozenset({"address_en", "address_zh"})
"""Address fields of one row."""


class Nothing(DomainError):
    """No form waits for this address any more."""

    status = 409


class AddressView(DeskView):
    """Help with addresses that are being typed."""

    route_base = "/addresses"
    default_view = "choose"

    @expose("/read", methods=["POST"])
    @requires("home")
    def read(self) -> Any:
        """What stands around an address, after a division was chosen (`within`) or the block taken apart (`apart`)."""
        sent, name = arguments.form, arguments.form.single(FIELD)
        typed = Typed(name, {one: one_line_end(sent.single(one)) for one in (name, *AROUND) if one in request.form})
        within = sent.single("within")
        try:
            done = _done(typed, within, is_apart=bool(sent.single("apart")))
        except DomainError as refused:
            return {"changed": {}, "says": [str(refused.message)], "levels": _told(levels_of(typed.text))}
        shown = levels(within) if within and not done.changed else levels_of(done.text)
        return {"changed": dict(done.changed), "says": done.remarked().says, "levels": _told(shown)}

    @expose("/aside", methods=["POST"])
    @requires("home")
    def aside(self) -> Response:
        """Without script: the form waits, and its block is taken apart at once, or its division chosen on a page and used."""
        step, _colon, name = arguments.form.single(STEP).partition(":")
        kept = _waiting() if step == "use" else kept_forms.of_request("address")
        if kept is None or kept.is_too_long or not name:
            raise Nothing(_l("No form waits for an address. Nothing was changed; open the form again."))
        kept = replace(kept, forms=tuple(sent._replace(action="") for sent in kept.forms))  # this door is no place that the form is sent to
        if step == "choose":
            kept_forms.put(kept)
            return redirect(url_for("AddressView.choose", field=name))
        try:
            kept = _changed(kept, name, within=arguments.form.single("within"), is_apart=step == "apart")
        except DomainError as refused:
            flash(refused.message, "warning")
        kept_forms.put(kept)
        return redirect(kept.page)

    @expose("/choose", methods=["GET"])
    @requires("home")
    def choose(self) -> Any:
        """The divisions, level by level, for the form that waits."""
        kept, name = _waiting(), arguments.address.text("field")
        within = arguments.address.text("within")
        typed = _typed(kept, name) if kept else None
        shown = levels(within) if within else levels_of(typed.text if typed else "")
        return self.render_template(
            "desk/address.html",
            kept=kept,
            typed=typed,
            field=name,
            levels=shown,
            as_of=divisions.as_of(),
            without_districts=divisions.WITHOUT_DISTRICTS,
        )


def _done(typed: Typed, within: str, *, is_apart: bool) -> Typed:
    rows = 1 if typed.address in ONE_ROW else ROWS
    if is_apart:
        return typed.taken_apart(rows=rows)
    return typed.placed(within, rows=rows) if within else typed


def _told(shown: list) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "chosen": one.chosen, "choices": [[choice.code, choice.name] for choice in one.choices]} for one in shown
    ]  # fmt: skip


def _waiting() -> Kept | None:
    kept = kept_forms.waiting()
    return kept if kept is not None and kept.why == "address" and kept.forms else None


def _typed(kept: Kept, name: str) -> Typed:
    sent = kept.forms[0]
    return Typed(name, {one: one_line_end(value) for one, value in sent.fields if one in (name, *AROUND)})


def _changed(kept: Kept, name: str, *, within: str = "", is_apart: bool = False) -> Kept:
    """The form that waits with what was worked out; what should be looked at is said on its page."""
    done, sent = _done(_typed(kept, name), within, is_apart=is_apart), kept.forms[0]
    for sentence in done.remarked().says:
        flash(sentence, "warning")
    if not done.changed and is_apart:
        flash(_("Nothing was found in it that goes elsewhere; the address stays as it is typed."), "info")
    fields = tuple((one, done.changed.get(one, value)) for one, value in sent.fields)
    return replace(kept, forms=(Sent(sent.action, fields),))
