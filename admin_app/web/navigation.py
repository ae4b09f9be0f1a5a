"""The sidebar: which lines a person sees, which one is the page in view, and the numbers beside them in one statement."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

from flask import Flask, g, request, url_for
from sqlalchemy import Select

from admin_app.foundation import clock, keyset
from admin_app.foundation.actor import Actor
from admin_app.foundation.cache import cached
from admin_app.web.desk_view import signed_in

COUNTINGS_KEPT = 500

Counter = Callable[[Any], Select[Any]]
"""Takes who looks, gives a select of the ids to count (visibility included, without order or limit). What it selects may depend on
nothing but who looks and the office's day: the statement is kept until either changes (else it is Varying)."""


@dataclass(frozen=True)
class Varying:
    """A counter whose statement depends on something more, which `by` tells (hashable, cheap: it is asked for every page)."""

    ids: Counter
    by: Callable[[], Hashable]

    def __call__(self, who: Any) -> Select[Any]:
        """The ids to count."""
        return self.ids(who)


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


class Navigation:
    """The sidebar of this app."""

    def __init__(self, items: Sequence[NavItem], counters: Mapping[str, Counter]) -> None:
        self.items, self.counters = items, counters
        self._counting = lru_cache(maxsize=COUNTINGS_KEPT)(self._made)

    def lines(self, actor: Actor) -> list[NavLine]:
        """The lines for `actor`, with the numbers beside them, counted in one statement (none if no line has a number)."""
        allowed = [item for item in self.items if actor.may(item.permission)]
        names = tuple(item.count for item in allowed if item.count)
        numbers = _numbers(self._counting(actor, clock.today(), names, self._varying(names)))
        here = _in_view(allowed)
        return [NavLine(item.label, _url(item), item.icon, item is here, numbers.get(item.count or "")) for item in allowed]

    def _varying(self, names: tuple[str, ...]) -> tuple[Hashable, ...]:
        counters = (self.counters[name] for name in names)
        return tuple(counter.by() for counter in counters if isinstance(counter, Varying))

    def _made(self, who: Actor, _day: date, names: tuple[str, ...], _varying: tuple[Hashable, ...]) -> keyset.Counting:
        return keyset.Counting({name: self.counters[name](who) for name in names})


@cached
def _numbers(counting: keyset.Counting) -> dict[str, int]:
    # Every page shows them, and most pages change nothing: a few seconds are honest for «how much is waiting».
    return counting.counts()


def install(app: Flask, shown: Navigation) -> None:
    """Give every page `navigation`, the lines of the person who is signed in, worked out once a page."""

    def navigation() -> list[NavLine]:
        if "navigation" not in g:
            g.navigation = shown.lines(signed_in())
        return list(g.navigation)

    app.add_template_global(navigation)


def _url(item: NavItem) -> str:
    return url_for(item.endpoint, **item.arguments)  # type: ignore[arg-type]


def _in_view(items: Sequence[NavItem]) -> NavItem | None:
    # The longest address that this page lies under wins; arguments that agree make it longer still.
    def fit(item: NavItem) -> int:
        path = url_for(item.endpoint)
        inside = request.path == path or (path != "/" and request.path.startswith(path.rstrip("/") + "/"))
        if not inside or any(request.args.get(name) != value for name, value in item.arguments.items()):
            return 0
        return len(path) + len(item.arguments)

    score, best = max(((fit(item), item) for item in items), key=itemgetter(0), default=(0, None))
    return best if score else None
