"""Errors for programs: what lies under /api answers application/problem+json (RFC 9457) where a page would stand elsewhere."""

import json
from collections.abc import Sequence
from typing import Any

from flask import Response, g, request

from admin_app.foundation import settings
from admin_app.web import doors

MEDIA_TYPE = "application/problem+json"


def is_wanted() -> bool:
    """Whether a program reads the answer: the path says it, so that an unknown address there is no page, or nobody else is served here."""
    now = settings.current()
    return doors.is_below(request.path, doors.API) or not (doors.has("staff", now) or doors.has("online", now))


def problem(status: int, title: Any, detail: Any, *, code: str = "", errors: Sequence[dict[str, str]] = ()) -> Response:
    """The problem with the members `title`, `status`, `detail` and, as `instance`, the number that the log knows the request by.

    `code` is what programs decide by: it stands in `type`, which without one is left out («about:blank»: the status says what it is).
    `errors` are the single faults of what was sent, without the values.
    """
    body: dict[str, Any] = {"type": f"urn:card-desk:problem:{code}"} if code else {}
    body |= {"title": str(title), "status": status, "detail": str(detail)}
    if request_id := g.get("request_id"):
        body["instance"] = f"urn:request:{request_id}"
    if errors:
        body["errors"] = list(errors)
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype=MEDIA_TYPE)
