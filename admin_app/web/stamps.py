"""A stamp in each form that strangers send: signed, for one purpose, good for two hours; it needs no session and leaves nothing behind.

It says that a page of ours drew the form. Together with where the browser says that the form stood (Sec-Fetch-Site, Origin) it keeps
pages of others from sending forms in a visitor's name.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import BadData, URLSafeSerializer
from markupsafe import Markup

from admin_app.foundation import clock

FIELD = "stamp"
SECONDS = 2 * 3600
"""How long a form may stand open."""
View = TypeVar("View", bound=Callable[..., Any])


def stamped(purpose: str) -> Callable[[View], View]:
    """The route takes forms of strangers that carry a stamp for `purpose`: 400 without one or with an old one, 403 from another site."""

    def mark(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            _refuse_foreign()
            _refuse_unstamped(purpose)
            return view(*args, **kwargs)

        checked.stamp_purpose = purpose  # type: ignore[attr-defined]
        return cast(View, checked)

    return mark


def take_over(app: Flask, csrf: CSRFProtect) -> None:
    """Ask stamped routes for no token of a session: whoever sends them has none. Routes for residents ask for one of their own."""
    for view in app.view_functions.values():
        if getattr(view, "stamp_purpose", "") or getattr(view, "resident_level", 0):
            csrf.exempt(view)


def stamp(purpose: str) -> Markup:
    """The hidden field of a form of strangers."""
    value = _signer().dumps([purpose, int(clock.now().timestamp()), secrets.token_urlsafe(9)])
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, value)


def _refuse_unstamped(purpose: str) -> None:
    try:
        what, made, _random = _signer().loads(request.form.get(FIELD, ""))
        is_good = what == purpose and clock.now().timestamp() - float(made) <= SECONDS
    except (BadData, ValueError, TypeError):
        is_good = False
    if not is_good:
        raise CSRFError("no stamp of this form")


def _refuse_foreign() -> None:
    """403 for a form that stood on a page of another site, as far as the browser says so; the gate looks at Sec-Fetch-Site."""
    said = request.headers.get("Origin", "")
    if said and urlsplit(said).netloc.lower() != request.host.lower():
        abort(403)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="form of a stranger")
