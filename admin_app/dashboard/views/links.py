"""Addresses of other screens: only those that exist and that the reader's role may open."""

from typing import Any

from flask import current_app, url_for

from admin_app.web.desk_view import signed_in


def permitted_url(endpoint: str, **arguments: Any) -> str | None:
    """The address of a screen with `arguments`, or None for a screen that is not there or not for this reader."""
    view = current_app.view_functions.get(endpoint)
    permission = getattr(view, "requires_permission", None)
    if permission is None or not signed_in().may(permission):
        return None
    return url_for(endpoint, **arguments)
