"""What a page says again and again is worked out once: its language, its texts, the parts that look the same in many rows.

The extension looks up context, domain and language again for each of the hundreds of words of a page, which took a fifth of the time
of a list. Python code keeps using flask_babel; templates get these functions, which answer from the same catalogue.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from flask import current_app, request
from flask_babel import get_translations
from markupsafe import Markup

from admin_app.foundation.i18n import pick
from admin_app.web.stencils import stencil

DIFFERENT_TEXTS = 4096
"""How many texts of a language are kept ready; all our templates together have fewer."""
PARTS_KEPT = 200
"""Of once_for_all(), about 10 kilobytes each; beyond it they are all forgotten."""


def of_page(code: str) -> dict[str, Any]:
    """What a template in language `code` knows of it.

    `lang`, `_`, `ngettext`, `pick`, `once`, `once_for_all`, `stencil`, and `ui`, the macros of desk/macros.html.
    """
    gettext, ngettext = _of(get_translations())
    texts: dict[str, Any] = {"lang": code, "_": gettext, "gettext": gettext, "ngettext": ngettext, "pick": partial(pick, code=code)}
    return texts | {"once": _memory(), "once_for_all": partial(_once_for_all, code), "stencil": stencil, "ui": _ui(texts)}


def _ui(texts: dict[str, Any]) -> Any:
    # They know their language and what they are given, so they are made once a language; a page made its own two or three times.
    made: dict[str, Any] = current_app.extensions.setdefault("desk_ui", {})
    code = texts["lang"]
    if code not in made:
        made[code] = current_app.jinja_env.get_template("desk/macros.html").make_module(texts)
    return made[code]


def _memory() -> Callable[..., Any]:
    """A function that draws a macro once a page for the same arguments: once(ui.status, label, mark)."""
    drawn: dict[Any, Any] = {}

    def once(macro: Any, /, *values: Any, **more: Any) -> Any:
        key = (macro.name, values, *more.items())
        if key not in drawn:
            drawn[key] = macro(*values, **more)
        return drawn[key]

    return once


_parts: dict[Any, Markup] = {}


def _once_for_all(code: str, name: str, /, **values: Any) -> Markup:
    """What the template `name` draws from `values`: once for the same values, whoever asks.

    It knows its language and its values, not the person, the day or the page. Values are plain: a Markup equals its text, but is
    drawn otherwise.
    """
    key = (name, code, request.script_root, *values.items())
    part = _parts.get(key)
    if part is None:
        if len(_parts) >= PARTS_KEPT:
            _parts.clear()
        template = current_app.jinja_env.get_template(name)
        part = _parts[key] = Markup(template.render(of_page(code) | values))  # noqa: S704  # a template of our own, which escapes
    return part


@lru_cache(maxsize=8)
def _of(catalogue: Any) -> tuple[Callable[..., Markup], Callable[..., Markup]]:
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
