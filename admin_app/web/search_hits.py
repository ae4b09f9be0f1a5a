"""What the search box can open: every room adds its finder (menu.py), so that no room needs to know another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from admin_app.foundation.per_app import PerApp


@dataclass(frozen=True)
class Hit:
    """One thing that the text names exactly: what it is, its number, a line about it, where it opens."""

    kind: Any
    title: str
    text: Any
    url: str


Finder = Callable[[str, Any], list[Hit]]
"""(text without blanks at its ends, staff member) -> what is called exactly that and may be seen by the person; one statement."""

FINDERS: PerApp[tuple[Finder, ...]] = PerApp("search.finders", tuple)
