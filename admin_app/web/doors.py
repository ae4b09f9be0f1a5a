"""Which doors a process has, and which host leads to which: residents' pages and the desk never answer for each other (ADR 0068).

A host that residents ask for answers what begins with one of OUTSIDE, and nothing of the desk; every other host answers none of it.
Where no host is named (a demo, a test), the path alone tells the two apart.
"""

from typing import Any

from flask import Request, Response, abort, redirect, request

import config
from admin_app.foundation import settings

ONLINE, API = "/online", "/api"
PLACES = {"online": ONLINE, "api": API}
"""Door -> below which path its routes lie; all others belong to the staff."""
OUTSIDE = (ONLINE, API, "/static")
"""What a host that residents ask for answers."""
SERVED = {"staff": ("all", "staff"), "online": ("all", "online"), "api": ("all", "api")}
"""Door -> the words of the setting `doors` with which a process has it."""
SHARED = ("/static", "/health")
"""What every process answers, whichever doors it has."""


def has(door: str, now: config.Settings) -> bool:
    """Whether a process with these settings has the door 'staff', 'online' or 'api'."""
    is_meant = door == "staff" or bool(config.host_names(now.online_hosts)) or now.environment != "production"
    return is_meant and now.doors in SERVED[door]


def is_below(path: str, place: str) -> bool:
    """Whether `path` is `place` or lies below it."""
    return path == place or path.startswith(f"{place}/")


def is_outside(asked: Request | None = None) -> bool:
    """Whether the request is a resident's or a program's, and none of the desk: by its path, its host, or because there is no desk."""
    asked = asked or request
    return is_below(asked.path, ONLINE) or is_below(asked.path, API) or _is_online_host(asked) or not has("staff", settings.current())


def is_for_residents() -> bool:
    """Whether a resident reads the answer to this request, and this process has pages for residents."""
    return is_outside() and not is_below(request.path, API) and has("online", settings.current())


def _is_online_host(asked: Request) -> bool:
    # The header itself: Request.host refuses names that are not trusted, and a session is opened before anybody may refuse.
    return str(asked.environ.get("HTTP_HOST", "")).partition(":")[0].lower() in config.host_names(settings.current().online_hosts)


def answer_for_host() -> Response | Any | None:
    """404 for what this host does not answer; the way to the start page for its bare address. None: the request goes on."""
    if config.host_names(settings.current().online_hosts):
        is_ours = any(is_below(request.path, place) for place in OUTSIDE)
        if not (is_ours or request.path == "/") if _is_online_host(request) else is_ours and not is_below(request.path, "/static"):
            abort(404)
    if request.path == "/" and is_for_residents():
        return redirect(f"{ONLINE}/")
    return None
