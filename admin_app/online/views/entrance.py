"""Who is signed in on residents' pages: one cookie of their own, whose session stands in a table of their own (ADR 0075)."""

import hashlib
import hmac
from typing import Any

from flask import current_app, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from werkzeug.wrappers import Response

from admin_app.accounts.operations import sessions
from admin_app.accounts.operations.sessions import SignedIn
from admin_app.foundation import settings
from admin_app.online.views.pages import PAGES
from admin_app.web import public_view

FIELD = "token"
ASKED = "a."
"""What the cookie begins with while a code is awaited: the rest names what was asked for."""


def cookie_name() -> str:
    """With https a name that no other host and no unencrypted page can set."""
    return "__Host-card_online" if settings.current().https else "card_online"


def signed_in() -> SignedIn | None:
    """Whoever is signed in; None for a stranger. Looked up once for a request."""
    if "signed_in" not in g:
        said = request.cookies.get(cookie_name(), "")
        g.signed_in = sessions.load(said) if said and not said.startswith(ASKED) else None
    found: SignedIn | None = g.signed_in
    return found


def me() -> SignedIn:
    """Whoever is signed in, on a page that strangers cannot see."""
    found = signed_in()
    if found is None:
        raise LookupError("a page for residents was opened for a stranger")
    return found


def code_awaited() -> str:
    """Which code this browser waits for; '' if it waits for none."""
    said = request.cookies.get(cookie_name(), "")
    return said.removeprefix(ASKED) if said.startswith(ASKED) else ""


def remember(answer: Response, value: str, *, seconds: int | None = None) -> Response:
    """Give the browser its cookie: the key of a session, or which code it waits for."""
    answer.set_cookie(cookie_name(), value, path="/", max_age=seconds, httponly=True, secure=settings.current().https, samesite="Lax")
    return answer


def forget(answer: Response) -> Response:
    """Take the cookie away, and whatever the browser kept of these pages."""
    answer.delete_cookie(cookie_name(), path="/", httponly=True, secure=settings.current().https, samesite="Lax")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def token() -> Markup:
    """The hidden field of a form of somebody who is signed in: good for this session alone."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, _token_of(me()))


def _token_of(who: SignedIn) -> str:
    return hmac.new(str(current_app.secret_key).encode(), f"form of a resident|{who.key}".encode(), hashlib.sha256).hexdigest()


def _enter(level: int) -> Any:
    """None lets in whoever is known at `level`; everybody else is asked to sign in, and a form of another session is refused."""
    who = signed_in()
    if who is None or who.level < level:
        return redirect(url_for("online.sign_in"))
    if request.method == "POST" and not hmac.compare_digest(request.form.get(FIELD, "").encode(), _token_of(who).encode()):
        raise CSRFError("no token of this session")
    return None


@PAGES.record_once
def _install(state: Any) -> None:
    public_view.ENTRANCE.put(_enter)
    state.app.add_template_global(signed_in, "signed_in")
    state.app.add_template_global(token, "token")
