"""Every request passes here first: declared method, safe methods write nothing, unknown routes are refused, origin for the log."""

from typing import Any

from flask import Flask, abort, current_app, g, request, session
from flask_babel import lazy_gettext as _l

from admin_app.foundation import database, deadline, origin, settings
from admin_app.foundation.database_trouble import Unavailable
from admin_app.web import arguments, doors, request_limits

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REQUEST_METHODS = frozenset({"GET", "HEAD", "POST"})


def install(app: Flask) -> None:
    """Put the gate before everything else of the app."""
    app.before_request_funcs.setdefault(None, [])[:0] = [check_request, doors.answer_for_host]
    app.teardown_request(_lift)


def check_request() -> None:
    """Refuse undeclared methods (405), cross-site posts and undeclared routes (403), too much (413), all without a database (503)."""
    g.request_id = origin.new_number()
    origin.address.set(request.remote_addr)
    origin.request_id.set(g.request_id)
    deadline.begin(settings.current().request_seconds)
    trouble = getattr(session, "trouble", None)
    if trouble:
        raise Unavailable(trouble)
    if request.method not in REQUEST_METHODS:
        abort(405)
    database.forbid_writes(request.method in SAFE_METHODS)
    request_limits.begin()
    _refuse_nul()
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    if request.endpoint is not None and not is_declared(current_app, request.endpoint):
        abort(403)


def _refuse_nul() -> None:
    """No name, address or search holds the character NUL, and PostgreSQL cannot store it."""
    if "\0" in request.path:
        abort(404)
    form = request.form.items(multi=True) if request.method == "POST" else ()
    if any("\0" in value for _name, value in [*request.args.items(multi=True), *form]):
        raise arguments.Unreadable(_l("U+0000 cannot be used in any text. Nothing was changed; please type it in another way."))


def is_declared(app: Flask, endpoint: str) -> bool:
    """Whether the endpoint says who may use it: @requires, @public, @for_residents, @for_clients, a guarded FAB view, static files."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return True
    view: Any = app.view_functions.get(endpoint)
    owner = getattr(view, "__self__", None)
    is_of_staff = getattr(view, "requires_permission", None) or getattr(owner, "guards_every_route", False)
    is_of_others = getattr(view, "is_public", False) or getattr(view, "resident_level", 0) or getattr(view, "client_scope", "")
    return bool(is_of_staff or is_of_others)


def _lift(_error: BaseException | None) -> None:
    database.forbid_writes(False)
    deadline.lift()
    request_limits.end()
