"""What belongs to one application and not to the process: registries, settings, what is cached. Two apps may live side by side."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from flask import current_app, has_app_context

Value = TypeVar("Value")


class PerApp(Generic[Value]):
    """A value that each app has for itself, on `app.extensions`; `make` gives the first one."""

    def __init__(self, name: str, make: Callable[[], Value]) -> None:
        self.key, self._make = f"card_desk.{name}", make

    def get(self) -> Value:
        """The value of the current app (RuntimeError outside an app context)."""
        # The app, not the proxy: through it this took eight times as long, and the settings are asked for dozens of times a page.
        held: dict[str, Any] = current_app._get_current_object().extensions  # type: ignore[attr-defined]
        if self.key not in held:
            held.setdefault(self.key, self._make())
        return held[self.key]  # type: ignore[no-any-return]

    def put(self, value: Value) -> None:
        """Give the current app `value` instead of what it had."""
        current_app.extensions[self.key] = value


def is_in_app() -> bool:
    """Whether there is a current app."""
    return has_app_context()
