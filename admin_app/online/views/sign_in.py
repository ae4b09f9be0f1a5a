"""Doors: a resident signs in with a code to the phone on file, and out."""

from typing import Any

from flask import redirect, url_for
from flask_babel import gettext as _

from admin_app.accounts import queries
from admin_app.accounts.forms import CodeForm, SignInForm
from admin_app.accounts.operations import asking, codes, sessions
from admin_app.foundation import settings
from admin_app.foundation.database import is_public_id, transaction
from admin_app.foundation.i18n import language
from admin_app.mailing.queries import standing
from admin_app.notices.operations import gateways
from admin_app.online.views import entrance
from admin_app.online.views.pages import PAGES, draw
from admin_app.web import stamps
from admin_app.web.public_view import for_residents, public

ASK, CODE = "sign-in", "code"
"""What the stamps of the two forms are for."""
LONGER = 300
"""Seconds for which the cookie outlives the code, so that whoever is late reads why it is refused."""


@PAGES.get("/sign-in")
@public
def sign_in() -> Any:
    """Who it is; whoever is signed in is led to their cases."""
    if entrance.signed_in() is not None:
        return redirect(url_for("online.mine"))
    return _ask_page(SignInForm())


@PAGES.post("/sign-in")
@public
@stamps.stamped(ASK)
def ask() -> Any:
    """Have a code sent, if the office knows the person; the answer is the same for everybody."""
    form = SignInForm()
    if not queries.way_of_codes():
        return _ask_page(form), 503
    if not form.validate():
        return _ask_page(form), 422
    try:
        with transaction():
            asked = asking.ask(form.id_number.data, form.name.data, language=language()).public_id
    except asking.TooManyCodes as spent:
        return _ask_page(form, problem=spent.message), spent.status, {"Retry-After": str(spent.details["retry_after"])}
    if (before := entrance.signed_in()) is not None:
        sessions.end(before.key)
    answer = redirect(url_for("online.code"), code=303)
    return entrance.remember(answer, entrance.ASKED + asked, seconds=settings.current().code_minutes * 60 + LONGER)


@PAGES.get("/sign-in/code")
@public
def code() -> Any:
    """The code that was sent."""
    return _code_page(CodeForm()) if entrance.code_awaited() else redirect(url_for("online.sign_in"))


@PAGES.post("/sign-in/code")
@public
@stamps.stamped(CODE)
def enter() -> Any:
    """Let in whoever typed the right code."""
    form, asked = CodeForm(), entrance.code_awaited()
    if not asked:
        return redirect(url_for("online.sign_in"), code=303)
    if not form.validate():
        return _code_page(form), 422
    with transaction():
        account = codes.enter(asked, form.code.data)
    if account is None:
        form.code.errors = [_("This code is not right, or it is not valid any more.")]
        return _code_page(form), 422
    return entrance.remember(redirect(url_for("online.mine"), code=303), sessions.begin(account, codes.LEVEL))


@PAGES.post("/sign-out")
@for_residents(level=2)
def sign_out() -> Any:
    """End the session; the browser forgets what it kept of these pages."""
    who = entrance.me()
    with transaction():
        sessions.leave(who.account, who.level)
    sessions.end(who.key)
    return entrance.forget(redirect(url_for("online.signed_out"), code=303))


@PAGES.get("/signed-out")
@public
def signed_out() -> Any:
    """That nobody is signed in any more."""
    return redirect(url_for("online.mine")) if entrance.signed_in() is not None else draw("online/signed_out.html")


def _ask_page(form: SignInForm, problem: Any = "") -> str:
    facts = {"is_possible": bool(queries.way_of_codes()), "people": standing.made_up_people()}
    typed = {"purpose": ASK, "fields": [(one.name, one.data or "") for one in form]} if form.errors or problem else None
    return draw("online/sign_in.html", form=form, purpose=ASK, problem=problem, resend=typed, **facts)


def _code_page(form: CodeForm) -> str:
    is_demo, asked = settings.current().environment == "demo", entrance.code_awaited()
    message = gateways.written_to_file(asked) if is_demo and is_public_id(asked) else None
    return draw("online/code.html", form=form, purpose=CODE, is_demo=is_demo, message=message, minutes=settings.current().code_minutes)
