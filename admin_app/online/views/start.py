"""Doors: the start page."""

from typing import Any

from admin_app.online import queries
from admin_app.online.views.pages import PAGES, draw
from admin_app.web.public_view import public


@PAGES.get("/")
@public
def start() -> Any:
    """What can be done here, and how many centres are open at this moment."""
    return draw("online/start.html", lines=queries.every_centre())
