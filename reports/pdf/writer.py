"""Who turns HTML into PDF in this process: the application says (weasy.py here, or a child process that has it).

The library is big: a process that leaves it to another one need not load it.
"""

from collections.abc import Callable, Mapping

Assets = Mapping[str, tuple[str, bytes]]
"""Address (`asset:<name>`) -> media type, content."""


class BlockedFetch(RuntimeError):
    """A document asked for something that is not one of its own assets; nothing was fetched, nothing is printed."""


def nobody(_html: str, _css: str, _assets: Assets) -> bytes:
    """Refuse: whoever starts a process that prints says who lays out there."""
    raise RuntimeError("nobody lays documents out in this process")


class Writer:
    """Holds the function that writes."""

    write: Callable[[str, str, Assets], bytes] = staticmethod(nobody)


WRITER = Writer()
