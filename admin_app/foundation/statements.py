"""Statements that are built once: building one anew takes longer than the database needs to answer it (ADR 0019)."""

from collections.abc import Callable
from functools import lru_cache
from inspect import signature
from typing import Any, TypeVar

MOST = 500
"""Of each kind; the least used ones go first. A statement is a few kilobytes."""
AMBIENT = frozenset({"clock", "current_user", "g", "gettext", "language", "pick", "request", "session", "settings"})
"""What changes from page to page; a statement that is used again may not depend on it."""
Build = TypeVar("Build", bound=Callable[..., Any])


class DependsOnMore(TypeError):
    """A statement that is used again would answer yesterday's or somebody else's question."""


def cached(build: Build) -> Build:
    """Build each statement once for the same arguments (hashable): who looks, at what, on which day.

    DependsOnMore, when the module is loaded, for a function that could know more than its arguments.
    """
    refuse_ambient(build)
    return lru_cache(maxsize=MOST)(build)  # type: ignore[return-value]


def refuse_ambient(build: Callable[..., Any]) -> None:
    """DependsOnMore for a function with variables of an outer one, or one that asks for the clock, the person or the language."""
    if getattr(build, "__closure__", None):
        raise DependsOnMore(f"{build} knows variables of an outer function; give them to it")
    code = getattr(build, "__code__", None) or type(build).__call__.__code__  # type: ignore[operator]
    asked = sorted(AMBIENT & set(code.co_names))
    if asked:
        raise DependsOnMore(f"{build}{signature(build)} asks for {', '.join(asked)}; give it what it needs")
