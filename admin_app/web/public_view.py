"""What every page for residents stands on: who may use it, its language and the size of its text, which stand in its address.

Nothing is kept about whoever reads: no row, no cookie. A page that is shared is read as it was shown (ADR 0068).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, abort, has_request_context, request, url_for

from admin_app.foundation.i18n import LANGUAGES
from admin_app.foundation.per_app import PerApp
from admin_app.web import doors, stamps
from admin_app.web.desk_view import public

__all__ = ["ENTRANCE", "Entrance", "for_residents", "install", "make_pages", "public"]

LANGUAGE, TEXT = "lang", "text"
"""The arguments that every address may carry."""
SIZES = ("large", "largest")
"""Of the text; '' is the usual one."""
START = "online.start"
View = TypeVar("View", bound=Callable[..., Any])
Entrance = Callable[[int], Any]
"""Asked by a page for residents of a level: None lets whoever asks in, everything else is the answer in its place."""


def _nobody(_level: int) -> Any:
    abort(401)


ENTRANCE: PerApp[Entrance] = PerApp("public_view.entrance", lambda: _nobody)
"""Knows who is signed in; put in its place by the room of the accounts. Until then nobody is."""


def for_residents(*, level: int) -> Callable[[View], View]:
    """The route is for residents whose identity is known at `level` (1: of one case by its code, 2: signed in, 3: strongly)."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            instead = ENTRANCE.get()(level)
            return view(*args, **kwargs) if instead is None else instead

        guarded.resident_level = level  # type: ignore[attr-defined]
        return cast(View, guarded)

    return mark


def asked_language() -> str:
    """'en' or 'zh' where the address says so, else ''."""
    said = request.args.get(LANGUAGE, "")
    return said if said in LANGUAGES else ""


def text_size() -> str:
    """One of SIZES, or '' for the usual size."""
    said = request.args.get(TEXT, "")
    return said if said in SIZES else ""


def _kept() -> dict[str, str]:
    """What the addresses of a page carry on, as far as it was asked for."""
    return {name: value for name, value in ((LANGUAGE, asked_language()), (TEXT, text_size())) if value}


def switched(**changes: str) -> str:
    """The address of the page in view with another language or size of the text ('' leaves it out)."""
    is_page = request.method in ("GET", "HEAD") and request.url_rule is not None and doors.is_below(request.path, doors.ONLINE)
    arguments = {name: value for name, value in request.args.items() if is_page or name in (LANGUAGE, TEXT)}
    arguments = {name: value for name, value in {**arguments, **changes}.items() if value}
    path = request.path if is_page else url_for(START).partition("?")[0]
    return f"{path}?{urlencode(arguments)}" if arguments else path


def sent_again(**changes: str) -> str:
    """Where a form that drew the page in view is sent once more, with another language or size of the text."""
    arguments = {name: value for name, value in {**_kept(), **changes}.items() if value}
    return f"{request.path}?{urlencode(arguments)}" if arguments else request.path


def make_pages(name: str) -> Blueprint:
    """The blueprint of residents' pages: their addresses carry language and size on, their answers say what is special about them."""
    pages = Blueprint(name, __name__, url_prefix=doors.ONLINE)
    pages.url_defaults(_carry_on)
    pages.after_request(_finish)
    return pages


def _carry_on(_endpoint: str, values: dict[str, Any]) -> None:
    for name, value in _kept().items() if has_request_context() else ():
        values.setdefault(name, value)


def _finish(response: Response) -> Response:
    # Under «no-referrer» a browser sends «Origin: null» with the forms of our own pages.
    response.headers["Referrer-Policy"] = "same-origin"
    response.vary.add("Accept-Language")
    return response


def install(app: Flask, pages: Blueprint) -> None:
    """Serve the pages, and give their templates what they call."""
    app.add_template_global(stamps.stamp, "stamp")
    app.add_template_global(switched, "switched")
    app.add_template_global(sent_again, "sent_again")
    app.add_template_global(text_size, "text_size")
    app.add_template_global(_kept, "kept_in_addresses")
    app.register_blueprint(pages)
