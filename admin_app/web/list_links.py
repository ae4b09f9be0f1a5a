"""The links of a list: its tabs, its newer and older page."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from admin_app.foundation.keyset import Page


def tabs(endpoint: str, labels: Mapping[str, Any], counts: Mapping[str, int], here: str) -> list[dict[str, Any]]:
    """The tabs as ui.tabs() wants them; `here` is the one in view."""
    return [
        {"label": label, "url": url_for(endpoint, tab=name), "count": counts[name], "active": name == here}
        for name, label in labels.items()
    ]


def pages(endpoint: str, page: Page[Any] | None, **arguments: Any) -> dict[str, str | None]:
    """newer_url and older_url as ui.pager() wants them; `arguments` are those of the view in sight."""
    marks = (page.before, page.after) if page else (None, None)
    newer, older = (url_for(endpoint, **arguments, page=mark) if mark else None for mark in marks)
    return {"newer_url": newer, "older_url": older}
