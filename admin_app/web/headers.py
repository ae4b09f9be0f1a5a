"""Security headers of every answer; the policy allows our own files and nothing inline."""

from flask import Flask, Response, request

from admin_app.foundation import settings
from admin_app.web import partial_pages

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-src 'self'; frame-ancestors 'self'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "X-Frame-Options": "SAMEORIGIN",
}


def install(app: Flask) -> None:
    """Add the headers to every answer of `app`."""
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Set what is missing; a view may have set a stricter policy or cache rule of its own."""
    _say_where_to_go(response)
    partial_pages.finish(response)
    response.headers.setdefault("Content-Security-Policy", POLICY)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if settings.current().https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if request.args.get("v") else "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _say_where_to_go(response: Response) -> None:
    # A script cannot see a redirect; static/desk/upload.js asks to be told, so that the next page is loaded once and keeps its messages.
    if request.headers.get("X-Desk-Upload") and response.location and 300 <= response.status_code < 400:
        response.headers["X-Desk-Location"] = response.headers.pop("Location")
        response.status_code = 200
        response.set_data(b"")
