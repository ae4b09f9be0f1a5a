"""The menus of a list's filters, drawn from plain texts: a template cannot put anything of the reader into them."""

from typing import NamedTuple

from flask import current_app
from markupsafe import Markup

from admin_app.foundation.i18n import language
from admin_app.web import page_texts


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
    """All that the menu of a filter shows, as plain texts."""

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
    facts = page_texts.of_page(language())
    text = current_app.jinja_env.get_template("desk/list_menus.html").render(facts, path=path, menus=menus)
    return Markup(text)  # noqa: S704  # a template of our own, which escapes
