"""What a page says again and again is worked out once: its language, its texts, the macros of every page.

The extension looks up context, domain and language again for each of the hundreds of words of a page, which took a fifth of the time
of a list. Python code keeps using flask_babel; templates get these functions, which answer from the same catalogue.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from flask import current_app
from flask_babel import get_translations
from markupsafe import Markup

from admin_app.foundation.i18n import pick
from admin_app.foundation.per_app import PerApp

DIFFERENT_TEXTS = 4096
"""How many texts of a language are kept ready; all our templates together have fewer."""

Texts = tuple[Callable[..., Markup], Callable[..., Markup]]
"""gettext and ngettext of a language."""
_TEXTS: PerApp[dict[str, Texts]] = PerApp("page_texts", dict)
_MACROS: PerApp[dict[str, Any]] = PerApp("page_macros", dict)


def of_page(code: str) -> dict[str, Any]:
    """What a template in language `code` knows of it.

    `lang`, `_`, `ngettext`, `pick`, and `ui`, the macros of desk/macros.html.
    """
    known = _TEXTS.get()
    if code not in known:
        known[code] = _texts_of(get_translations())
    gettext, ngettext = known[code]
    texts: dict[str, Any] = {"lang": code, "_": gettext, "gettext": gettext, "ngettext": ngettext, "pick": partial(pick, code=code)}
    return texts | {"ui": _ui(texts)}


def _ui(texts: dict[str, Any]) -> Any:
    # They know their language and what they are given, so they are made once a language; a page made its own two or three times.
    made, code = _MACROS.get(), texts["lang"]
    if code not in made:
        made[code] = current_app.jinja_env.get_template("desk/macros.html").make_module(texts)
    return made[code]


def _texts_of(catalogue: Any) -> Texts:
    # As Jinja's own: a text is markup and always a format string, values are escaped.
    @lru_cache(maxsize=DIFFERENT_TEXTS)
    def form(text: str) -> Markup:
        return Markup(catalogue.ugettext(text))  # noqa: S704  # a text of our own

    @lru_cache(maxsize=DIFFERENT_TEXTS)
    def literal(text: str) -> Markup:
        return form(text) % {}

    def gettext(text: str, /, **values: Any) -> Markup:
        return form(text) % values if values else literal(text)

    @lru_cache(maxsize=DIFFERENT_TEXTS)
    def counted(singular: str, plural: str, num: int) -> Markup:
        return Markup(catalogue.ungettext(singular, plural, num))  # noqa: S704

    def ngettext(singular: str, plural: str, num: int, /, **values: Any) -> Markup:
        return counted(singular, plural, num) % ({"num": num} | values)

    return gettext, ngettext
