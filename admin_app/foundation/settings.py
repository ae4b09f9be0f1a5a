"""The settings in force, for code that knows no Flask: those of the current app."""

from admin_app.foundation.per_app import PerApp
from config import Settings


class NotInForce(RuntimeError):
    """The app was created without settings, which create_app() never does."""


def _missing() -> Settings:
    raise NotInForce("this app has no settings yet: settings.use() gives it some")


_IN_FORCE: PerApp[Settings] = PerApp("settings", _missing)


def use(settings: Settings) -> None:
    """Put `settings` in force for the current app (called by the factory)."""
    _IN_FORCE.put(settings)


def current() -> Settings:
    """The settings of the current app; RuntimeError outside an app context."""
    return _IN_FORCE.get()
