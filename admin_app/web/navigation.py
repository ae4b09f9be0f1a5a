"""The sidebar: which lines a person sees, which one is the page in view, and the numbers beside them in one statement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, g, request, url_for
from flask_login import current_user
from sqlalchemy import Select

from admin_app.foundation import keyset

Counter = Callable[[Any], Select[Any]]
"""Takes the staff member, gives a select of the ids to count (visibility included, without order or limit)."""


@dataclass(frozen=True)
class NavItem:
    """One line of the sidebar: shown to whoever holds `permission`; `count` names a counter (or none); `arguments` go into the address."""

    label: Any
    endpoint: str
    icon: str
    permission: str
    count: str | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NavLine:
    """A NavItem as it stands on this page."""

    label: Any
    url: str
    icon: str
    active: bool
    count: int | None


def install(app: Flask, items: tuple[NavItem, ...], counters: Mapping[str, Counter]) -> None:
    """Give every page `navigation`, the lines of the person who is signed in; templates call it once."""

    def navigation() -> list[NavLine]:
        if "navigation" not in g:
            g.navigation = lines(current_user, items, counters)
        return list(g.navigation)

    app.add_template_global(navigation)


def lines(member: Any, items: tuple[NavItem, ...], counters: Mapping[str, Counter]) -> list[NavLine]:
    """The lines for `member`; KeyError if an item names a counter that does not exist."""
    allowed = [item for item in items if member.may(item.permission)]
    here = _in_view(allowed)
    numbers = count(member, {item.count: counters[item.count] for item in allowed if item.count})
    return [NavLine(item.label, _url(item), item.icon, item is here, numbers.get(item.count) if item.count else None) for item in allowed]


def count(member: Any, counters: Mapping[str, Counter]) -> dict[str, int]:
    """Every counter for `member`, each up to the cap, in one SQL statement."""
    return keyset.capped_counts({name: ids(member) for name, ids in counters.items()})


def _url(item: NavItem) -> str:
    return url_for(item.endpoint, **item.arguments)  # type: ignore[arg-type]


def _in_view(items: list[NavItem]) -> NavItem | None:
    # The longest address that this page lies under wins; arguments that agree make it longer still.
    def fit(item: NavItem) -> int:
        path = url_for(item.endpoint)
        inside = request.path == path or (path != "/" and request.path.startswith(path.rstrip("/") + "/"))
        if not inside or any(request.args.get(name) != value for name, value in item.arguments.items()):
            return 0
        return len(path) + len(item.arguments)

    best = max(items, key=fit, default=None)
    return best if best is not None and fit(best) > 0 else None
