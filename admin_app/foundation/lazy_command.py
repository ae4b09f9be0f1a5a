"""A command whose module is loaded when somebody calls it, and by nothing else: what it needs is never part of the web process."""

from pkgutil import resolve_name
from typing import Any

import click


class LazyCommand(click.Command):
    """Stands for the command at `place` ("package.module:name"); its own parameters and help come with it."""

    def __init__(self, name: str, place: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help)
        self._place = place

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        """The context of the command itself, which click then invokes."""
        command: click.Command = resolve_name(self._place)
        return command.make_context(info_name, args, parent, **extra)
