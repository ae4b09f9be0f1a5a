"""The app as tests make it: its settings, a browser for it, its database as a whole."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient

from admin_app.foundation import settings as settings_in_force
from admin_app.foundation.database import db
from config import Settings

KEYS = {
    "secret_key": "test secret, only for tests, 0123456789abcdef",
    "data_keys": "k1:" + base64.b64encode(bytes(range(32))).decode(),
    "index_key": base64.b64encode(bytes(range(32, 64))).decode(),
    "database_key": base64.b64encode(bytes(range(128, 160))).decode(),
}
NOBODY = "http://127.0.0.1:9"
FILE_KEY = base64.b64decode(KEYS["database_key"])
PreparedApp = tuple[Flask, Callable[[], None]]
"""The app on one database, and a function that puts a freshly migrated database under it."""


def make_settings(instance: Path, database_url: str, **changes: Any) -> Settings:
    """Settings of a test app: test environment, jobs run inline after the commit, no case drawn for a second decision.

    A carrier is set, so that its pages have their buttons; nobody is there.
    """
    usual = {"environment": "test", "jobs_inline": True, "undo_seconds": 0, "second_decision_percent": 0, "carrier_url": NOBODY}
    return Settings(**(usual | {"instance": instance, "database_url": database_url} | KEYS | changes))


@contextmanager
def bare_app(settings: Settings) -> Iterator[Flask]:
    """An app with nothing but these settings, its context open: for code that needs them and no database."""
    app = Flask("bare")
    with app.app_context():
        settings_in_force.use(settings)
        yield app


class Browser(FlaskClient):
    """Each request gets a context of its own, as on a server: nobody stays signed in from another browser's request."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send the request; afterwards the test reads the newest state."""
        if not has_app_context():
            return super().open(*args, **kwargs)
        db.session.rollback()
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.rollback()
        return answer


@contextmanager
def opened(app: Flask) -> Iterator[None]:
    """The app as tests use it, with its context open. Forms need no CSRF token here (tests/web proves the token)."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Browser
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()
