"""Which language this page is in: the person's choice, else what the browser asks for."""

from flask import Flask, has_request_context, request, session

from admin_app.foundation.i18n import LANGUAGES


def choose() -> str:
    """'en' or 'zh'."""
    if not has_request_context():
        return "en"
    chosen = (session or {}).get("locale")  # type: ignore[call-overload]
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(["zh", "zh-CN", "en"], "en")[:2]


def install(app: Flask) -> None:
    """Replace the framework's choice, which ignores the browser and writes to the session."""
    app.extensions["babel"].locale_selector = choose
