"""The settings in force, for code that knows no Flask."""

from config import Settings

_in_force: list[Settings] = []


def use(settings: Settings) -> None:
    """Put `settings` in force for this process (called by the factory)."""
    _in_force[:] = [settings]


def current() -> Settings:
    """The settings in force; RuntimeError before the factory has run."""
    if not _in_force:
        raise RuntimeError("settings are not in force yet: create the app first")
    return _in_force[0]
