"""Files as answers: what a person handed in is shown as pictures or saved, and can never act as a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from flask import Response, make_response
from flask_babel import lazy_gettext as _l

from admin_app.foundation.errors import DomainError
from reports.text.characters import MissingGlyphs

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'self'"
PICTURE = f"{SANDBOX}; style-src 'unsafe-inline'"
"""A picture that fills a tab stands in a page that the browser makes and styles; it would complain otherwise. A picture brings no style."""
OWN_PDF = "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
"""For documents that we printed ourselves; a sandbox would stop the browser's own PDF viewer."""


class Unprintable(DomainError):
    """A text holds characters that no font of the office has; nothing was printed."""


@contextmanager
def printing() -> Iterator[None]:
    """Turn MissingGlyphs of a document that is made for this answer into a sentence that names the characters."""
    try:
        yield
    except MissingGlyphs as missing:
        points = ", ".join(sorted({one.codepoint for problem in missing.problems for one in problem.characters}))
        raise Unprintable(_l("This cannot be printed: no font of the office has %(characters)s.", characters=points)) from None


def picture(data: bytes, *, name: str, media_type: str = "image/jpeg") -> Response:
    """A picture to look at in the page."""
    return _answer(data, media_type, "inline", name, PICTURE)


def attachment(data: bytes, *, name: str, media_type: str) -> Response:
    """A file to save; it is never opened in the page."""
    return _answer(data, media_type, "attachment", name, SANDBOX)


def own_pdf(data: bytes, *, name: str) -> Response:
    """A PDF of our own making, opened in the browser's viewer."""
    return _answer(data, "application/pdf", "inline", name, OWN_PDF)


def disposition(kind: str, name: str) -> str:
    """Content-Disposition by RFC 6266: a plain name for all, the full one for those who read filename*."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._- ()") else "_" for char in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _answer(data: bytes, media_type: str, kind: str, name: str, policy: str) -> Response:
    response = make_response(data)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = disposition(kind, name)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "no-store"
    return response
