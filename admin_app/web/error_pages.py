"""Errors as pages, for programs as problems: a clear sentence, the right status, no internals, nothing lost without a word."""

from typing import Any

import structlog
from flask import Flask, Response, current_app, g, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from admin_app.foundation.database_trouble import Trouble, trouble_of
from admin_app.foundation.errors import DomainError
from admin_app.web import doors, ended_sessions, partial_pages, problems, request_limits, template_filters, trouble_pages

log = structlog.get_logger("card_desk.web")

TEXTS = {
    400: (
        _l("This request cannot be read"),
        _l("Something in the address or form is not in the expected form. Nothing was changed."),
    ),
    401: (_l("Please sign in again"), _l("Your session has ended. Nothing was saved from this last step.")),
    403: (
        _l("This is not part of your role"),
        _l("Your role does not allow this. Nothing was changed. If you need it, ask your administrator."),
    ),
    404: (_l("Not found"), _l("There is nothing here, or it belongs to a part of the office that you do not see.")),
    405: (
        _l("This cannot be done that way"),
        _l("The address exists but does not accept this kind of request. Nothing was changed."),
    ),
    409: (_l("Somebody else saved first"), _l("The record has changed in the meantime. Nothing of yours was saved over it.")),
    413: (
        _l("Too large"),
        _l("This is more than one request may bring. Nothing of it was stored."),
    ),
    422: (_l("This is not possible"), _l("A rule of the office does not allow it. Nothing was changed.")),
    429: (_l("Too many attempts"), _l("Please wait a little and try again.")),
    500: (
        _l("Something went wrong on our side"),
        _l("What was saved before is safe; this last step was not saved. The error was noted."),
    ),
    503: (_l("Please try again in a moment"), _l("The desk is busy or starting. Nothing was changed.")),
}
FOR_RESIDENTS = {
    400: (
        _l("This page cannot be shown"),
        _l("The address or the form is not in the expected form. Nothing was changed: go back and try again, or begin at the start page."),
    ),
    401: (_l("Please sign in again"), _l("You have been signed out. Nothing was saved from this last step.")),
    403: (_l("This is not possible from here"), _l("Nothing was changed. Please begin at the start page.")),
    404: (_l("There is no such page"), _l("Check the address, or begin at the start page.")),
}
"""The same where the sentence for the staff would not be true for residents."""
GIVEN_BACK = frozenset({400, 403, 404, 409, 422, 429})
"""Refusals after which the form stands on its page again as it was typed."""
BUSY_SECONDS = 5
"""After which whoever met a busy desk may come again."""


def install(app: Flask) -> None:
    """Attach the pages to `app`."""
    app.register_error_handler(SecurityError, _wrong_host)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def page(status: int, message: Any = None, *, title: Any = None) -> tuple[str | Response, int]:
    """An error page (for a script only its alert, for a program the problem) with `message` instead of the standard sentence."""
    standard_title, standard_text = _texts(status)
    if problems.is_wanted():
        return problems.problem(status, title or standard_title, message or standard_text), status
    form_url = ended_sessions.after_refusal() if status in GIVEN_BACK and request.method == "POST" else ""
    return _drawn(status, {"title": title or standard_title, "message": message or standard_text, "form_url": form_url}), status


def _texts(status: int) -> tuple[Any, Any]:
    """Title and sentence of a status: residents are told nothing about roles and sessions of the desk."""
    own = FOR_RESIDENTS if doors.is_for_residents() else {}
    return own.get(status) or TEXTS.get(status) or TEXTS[500 if status >= 500 else 400]


def _drawn(status: int, facts: dict[str, Any]) -> str:
    template = "desk/error_fragment.html" if partial_pages.is_fragment_request() else "desk/error.html"
    if doors.is_for_residents():
        template = "online/error.html"
    if status < 500:
        return render_template(template, status=status, **facts)
    # A page about a fault asks the database nothing, not even who is signed in: it may be the database that failed.
    return current_app.jinja_env.get_template(template).render(**template_filters.page_facts(None), status=status, **facts)


def _wrong_host(_error: SecurityError) -> tuple[Response, int]:
    """A bare sentence: a page of ours has links, and there is no host that they could name."""
    return Response(
        _("Card Desk does not answer to this host name. Use its own address; the administrator knows it."), mimetype="text/plain"
    ), 400


def _form_expired(_error: CSRFError) -> Any:
    return ended_sessions.answer() or page(
        400,
        _l("The form was open too long or was sent twice. Go back, reload the page and send it again."),
        title=_l("This form has expired"),
    )


def _domain_error(error: DomainError) -> tuple[str | Response, int, dict[str, str]]:
    return *page(error.status, error.message), retry_header(error)


def retry_header(error: DomainError) -> dict[str, str]:
    """What the answer says about when to come again, if the rule that refused knows it."""
    seconds = error.details.get("retry_after") or (BUSY_SECONDS if error.status == 503 else None)
    return {"Retry-After": str(seconds)} if seconds else {}


def _http_error(error: HTTPException) -> Any:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    # What fails after the view (a note of who looked, the session) comes wrapped.
    trouble = trouble_of(error.original_exception) if isinstance(error, InternalServerError) and error.original_exception else None
    if trouble is not None:
        return _trouble(trouble)
    kept = ended_sessions.answer() if error.code == 401 else None
    if kept is not None:
        return kept
    status = error.code if error.code in TEXTS else 400 if error.code < 500 else 500
    message = request_limits.sentence() if status == 413 else None
    return *page(status, message), {"Retry-After": str(BUSY_SECONDS)} if status == 503 else {}


def _trouble(trouble: Trouble) -> tuple[str | Response, int, dict[str, str]]:
    """The page about a database in trouble; it asks the database nothing."""
    headers = trouble_pages.note(trouble)
    if trouble_pages.wants_json():
        return trouble_pages.problem(trouble), 503, headers
    return _drawn(503, trouble_pages.facts(trouble)), 503, headers


def _unexpected(error: Exception) -> Any:
    trouble = trouble_of(error)
    if trouble is not None:
        return _trouble(trouble)
    # The type and place only: messages of database errors can carry personal data.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    log.error(
        "unexpected error",
        error=type(error).__name__,
        place=place,
        endpoint=request.endpoint,
        request_id=g.get("request_id"),
    )
    return page(500)
