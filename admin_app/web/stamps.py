"""A stamp in each form that strangers send: signed, for one purpose, good for two hours; it needs no session and leaves nothing behind.

It says that a page of ours drew the form. Together with where the browser says that the form stood (Sec-Fetch-Site, Origin) it keeps
pages of others from sending forms in a visitor's name.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, request
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadData, URLSafeSerializer
from markupsafe import Markup

from admin_app.foundation import clock

FIELD = "stamp"
SECONDS = 2 * 3600
"""How long a form may stand open."""
View = TypeVar("View", bound=Callable[..., Any])


def stamped(purpose: str) -> Callable[[View], View]:
    """The route takes forms of strangers that carry a stamp for `purpose`: 400 without one, 403 from another site.

    A stamp that is only too old lets the form in, and is_old() says so: the view draws the form again with what was typed.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            _refuse_foreign()
            g.is_stamp_old = _age(purpose) > SECONDS
            return view(*args, **kwargs)

        checked.stamp_purpose = purpose  # type: ignore[attr-defined]
        return cast(View, checked)

    return mark


def take_over(app: Flask, csrf: CSRFProtect) -> None:
    """Ask stamped routes for no token of a session: whoever sends them has none."""
    for view in app.view_functions.values():
        if getattr(view, "stamp_purpose", ""):
            csrf.exempt(view)


def is_old() -> bool:
    """Whether the form of this request stood open for too long; it is then drawn again, and nothing is done."""
    return bool(g.get("is_stamp_old", False))


def stamp(purpose: str) -> Markup:
    """The hidden field of a form of strangers."""
    value = _signer().dumps([purpose, int(clock.now().timestamp()), secrets.token_urlsafe(9)])
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, value)


def _age(purpose: str) -> float:
    """Seconds since the stamp of this form was made; 400 for what is no stamp of ours for `purpose`."""
    try:
        what, made, _random = _signer().loads(request.form.get(FIELD, ""))
        age = clock.now().timestamp() - float(made)
    except (BadData, ValueError, TypeError):
        abort(400)
    return age if what == purpose else abort(400)


def _refuse_foreign() -> None:
    """403 for a form that stood on a page of another site, as far as the browser says so; the gate looks at Sec-Fetch-Site."""
    said = request.headers.get("Origin", "")
    if said and urlsplit(said).netloc.lower() != request.host.lower():
        abort(403)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="form of a stranger")
