"""Which language this page is in: what the person chose, else that of who signed out here last, else what the browser asks for.

On residents' pages the address says it (web/public_view.py).
"""

from typing import Any

from flask import Flask, has_request_context, request, session

from admin_app.foundation.i18n import LANGUAGES
from admin_app.web import doors, public_view


def choose() -> str:
    """'en' or 'zh'."""
    if not has_request_context():
        return "en"
    known: Any = session or {}
    chosen = public_view.asked_language() if doors.is_outside() else known.get("locale") or known.get("last_locale")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(["zh", "zh-CN", "en"], "en")[:2]


def install(app: Flask) -> None:
    """Replace the framework's choice, which ignores the browser and writes to the session."""
    app.extensions["babel"].locale_selector = choose
