"""The two languages: which there are, which is in use, and texts that data carries in both."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import get_locale, gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from markupsafe import escape

from admin_app.foundation.per_app import PerApp

LANGUAGES = {"en": "English", "zh": "中文"}
_l = lazy_gettext


def language() -> str:
    """The language in use: 'en' or 'zh' (English outside a request)."""
    locale = get_locale()
    return locale.language if locale and locale.language in LANGUAGES else "en"


def html_lang(code: str) -> str:
    """The value of the lang attribute; without the script, Han glyphs may come out in their Japanese form."""
    return "zh-Hans" if code == "zh" else code


def pick(thing: Any, field: str, code: str | None = None) -> str:
    """The text `field` of `thing` in the reader's language: reads field_en or field_zh, falling back to the other."""
    code = code or language()
    other = "en" if code == "zh" else "zh"
    return getattr(thing, f"{field}_{code}") or getattr(thing, f"{field}_{other}") or ""


_WORDS: PerApp[dict[tuple[int, str], tuple[Any, dict[str, str]]]] = PerApp("words", dict)


def words(labels: Mapping[Any, Any]) -> Mapping[str, str]:
    """A table code -> text of ours, in the reader's language; each table is translated once a language, so it must be a constant."""
    key, known = (id(labels), language()), _WORDS.get()
    if key not in known:
        known[key] = (labels, {str(code): str(text) for code, text in labels.items()})  # holds the table, so that its id stays its own
    return known[key][1]


def listed(names: Iterable[str]) -> str:
    """Names one after the other, with the comma of the reader's language."""
    return ("、" if language() == "zh" else ", ").join(names)


def titled(title: object, text: object) -> str:
    """A title and what it is about, with the colon of the reader's language."""
    return gettext("%(title)s: %(text)s", title=title, text=text)


def _as_markup(sentence: LazyString) -> str:
    # As the texts of a template (web/page_texts.py): the sentence is ours, the values are escaped.
    values = {name: value if isinstance(value, int | float) else escape(value) for name, value in sentence._kwargs.items()}
    return str(sentence._func(*sentence._args, **values))


# The library calls every lazy sentence markup as it stands, so that a name that somebody typed would be markup on the page.
LazyString.__html__ = _as_markup
