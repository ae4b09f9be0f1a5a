"""What belongs to one application and not to the process: registries, settings, what is cached. Two apps may live side by side."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from flask import current_app

Value = TypeVar("Value")


class PerApp(Generic[Value]):
    """A value that each app has for itself, on `app.extensions`; `make` gives the first one."""

    def __init__(self, name: str, make: Callable[[], Value]) -> None:
        self.key, self._make = f"card_desk.{name}", make

    def get(self) -> Value:
        """The value of the current app (RuntimeError outside an app context)."""
        held: dict[str, Any] = current_app.extensions
        if self.key not in held:
            held.setdefault(self.key, self._make())
        return held[self.key]  # type: ignore[no-any-return]

    def put(self, value: Value) -> None:
        """Give the current app `value` instead of what it had."""
        current_app.extensions[self.key] = value
