"""What one request may bring, by its route, and what all requests that a process works on may bring together (ADR 0041).

A form is read whole into memory, a file on its way through it: so a form of text is small, a form with files has few fields, and when too
much is in work at once, the next large request is told to come again.
"""

import threading
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from flask import Flask, current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from admin_app.foundation.errors import DomainError
from admin_app.foundation.per_app import PerApp

FORM_BYTES = 500_000
"""Of a request without files; fifty thousand Chinese characters, as browsers send them."""
FORM_FIELDS = 2_000
"""Of a form without files: a page of two hundred rows with ten fields each."""
FIELD_BYTES = 100_000
"""Of one text beside files."""
FIELDS_BESIDE = 20
"""That a form with files may have beside them; there may be twice as many files as are kept, so that each gets its sentence."""
TOGETHER = 2
"""Requests of the largest size whose bodies a process works on at once."""
RETRY_SECONDS = 15
_RESERVED = "card_desk.reserved_bytes"
View = TypeVar("View", bound=Callable[..., Any])


class Limits(NamedTuple):
    """The most that a request to a route may bring."""

    body_bytes: int
    field_bytes: int
    fields: int
    """Files included."""
    files: int = 0
    """That are kept of one request; 0: the route takes none."""


class TooMuch(DomainError):
    """A request brings more than its route takes; nothing of it was read."""

    status = 413


class NotRead(DomainError):
    """A large request of somebody who is not signed in."""

    status = 401


NOT_READ = _l(
    "Your session has ended, and files of this size are not read before you sign in. Nothing was saved from this last step: sign in, then"
    " choose the files again."
)


class Crowded(DomainError):
    """So much is in work that this request has to come again."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            _l("Many large files arrive at this moment. Nothing of this was stored; please send it again soon."), retry_after=RETRY_SECONDS
        )


class _Bodies:
    """The bytes of all large bodies that are in work, of one app in one process."""

    def __init__(self) -> None:
        self.bytes, self.guard = 0, threading.Lock()


_BODIES: PerApp[_Bodies] = PerApp("web.request_limits", _Bodies)


def takes_files(most: int) -> Callable[[View], View]:
    """The route takes files, so many of one request."""

    def mark(view: View) -> View:
        view.takes_files = most  # type: ignore[attr-defined]
        return view

    return mark


def takes_body(most: int) -> Callable[[View], View]:
    """The route takes one file as its body, of at most so many bytes; it calls take_body() once it knows who sends it."""

    def mark(view: View) -> View:
        view.takes_body = most  # type: ignore[attr-defined]
        return view

    return mark


def take_body() -> bytes:
    """The whole body of a request to a route with @takes_body; TooMuch, or Crowded without room for it."""
    length = request.content_length or 0
    if length > FORM_BYTES:
        _reserve(length)
    return request.get_data()


def limits_of(app: Flask, endpoint: str | None, media_type: str) -> Limits:
    """What a request of this media type may bring to an endpoint; None: an address that leads nowhere."""
    files, largest = int(getattr(app.view_functions.get(endpoint or ""), "takes_files", 0)), int(app.config["MAX_CONTENT_LENGTH"])
    if files and media_type == "multipart/form-data":
        return Limits(largest, FIELD_BYTES, 2 * files + FIELDS_BESIDE, files)
    body = int(getattr(app.view_functions.get(endpoint or ""), "takes_body", FORM_BYTES))
    return Limits(min(body, largest), FORM_BYTES, FORM_FIELDS)


def largest_body(app: Flask, path: str) -> int:
    """The largest body that any request to this path may have, whatever its method and kind."""
    try:
        endpoint, _values = app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        endpoint = None
    return limits_of(app, endpoint, "multipart/form-data").body_bytes


def begin() -> None:
    """Tell the request what it may bring, before anything reads it; TooMuch if it says that it is more, Crowded without room for it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    limits = limits_of(app, request.endpoint, request.mimetype)
    request.max_content_length, request.max_form_memory_size, request.max_form_parts = limits[:3]
    length = request.content_length or 0
    if length > limits.body_bytes:
        raise TooMuch(sentence(limits))
    takes_it_later = hasattr(app.view_functions.get(request.endpoint or ""), "takes_body")
    if length > FORM_BYTES and not takes_it_later:
        if not current_user.is_authenticated:
            raise NotRead(NOT_READ)
        _reserve(length)
    if request.mimetype == "application/x-www-form-urlencoded" and request.get_data().count(b"&") >= limits.fields:
        raise TooMuch(sentence(limits))


def end() -> None:
    """Give back what begin() reserved."""
    length = request.environ.pop(_RESERVED, 0)
    if length:
        bodies = _BODIES.get()
        with bodies.guard:
            bodies.bytes -= length


def _reserve(length: int) -> None:
    bodies, room = _BODIES.get(), TOGETHER * int(current_app.config["MAX_CONTENT_LENGTH"])
    with bodies.guard:
        if bodies.bytes + length > room:
            raise Crowded
        bodies.bytes += length
    request.environ[_RESERVED] = length


def sentence(limits: Limits | None = None) -> str:
    """What this request may bring at most, for somebody who sent more."""
    limits = limits or limits_of(current_app, request.endpoint, request.mimetype)
    if limits.files:
        return _(
            "One request may bring %(size)s in all, %(fields)s files and fields, and texts of %(text)s. This one holds more; nothing of it "
            "was stored. Go back: what you typed still stands there; then send fewer or smaller files.",
            size=_size(limits.body_bytes), fields=limits.fields, text=_size(limits.field_bytes),
        )  # fmt: skip
    return _(
        "A form may hold %(size)s of text in at most %(fields)s fields. This one holds more; nothing of it was stored. "
        "Go back: what you typed still stands there; then make it shorter.",
        size=_size(limits.body_bytes), fields=limits.fields,
    )  # fmt: skip


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.0f} MB" if count >= 1024 * 1024 else f"{count // 1000} KB"
