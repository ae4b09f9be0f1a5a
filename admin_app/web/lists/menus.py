"""The menus of a list's filters: most of what surrounds a list. They hardly ever change and are drawn once for all who see the same."""

from typing import Any, NamedTuple

from flask import current_app
from markupsafe import Markup

from admin_app.foundation.i18n import language
from admin_app.foundation.per_app import PerApp
from admin_app.web import page_texts

MOST = 500
"""Menus cached at once; beyond it they are all forgotten."""
_drawn: PerApp[dict[Any, Markup]] = PerApp("lists.menus", dict)


class Offered(NamedTuple):
    """One value of a menu."""

    value: str
    word: str
    is_chosen: bool


class Typed(NamedTuple):
    """One day of a menu, as it was typed."""

    name: str
    text: str
    problem: str


class Menu(NamedTuple):
    """All that the menu of a filter shows, as plain texts: whoever has the same menu sees the same."""

    name: str
    label: str
    hidden: tuple[tuple[str, str], ...]
    """What its form carries along."""
    several: bool = False
    offered: tuple[Offered, ...] = ()
    days: tuple[Typed, ...] = ()

    @property
    def has_problem(self) -> bool:
        """Whether what was typed is not right."""
        return any(day.problem for day in self.days)


def drawn(path: str, menus: tuple[Menu, ...]) -> Markup:
    """The menus of the list at `path` in the reader's language. The template knows that language and `menus`, nothing of the reader."""
    known, key = _drawn.get(), (language(), path, menus)
    if key not in known:
        if len(known) >= MOST:
            known.clear()
        facts = page_texts.of_page(key[0])
        text = current_app.jinja_env.get_template("desk/list_menus.html").render(facts, path=path, menus=menus)
        known[key] = Markup(text)  # noqa: S704  # a template of our own, which escapes
    return known[key]
