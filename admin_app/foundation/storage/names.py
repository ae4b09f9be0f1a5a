"""What a file was called on somebody's computer, made safe to show. Never used as a path."""

import re
import unicodedata

from admin_app.foundation.storage.limits import NAME_LENGTH

FALLBACK = "file"
HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control, format (bidi among them) and surrogate characters, line and paragraph separators. Private and yet unassigned
characters stay: rare names are written with them."""


def clean_name(name: str | None) -> str:
    """The last part of `name` without invisible characters, at most 120 characters with extension; never empty."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name or ""))[-1]
    shown = "".join(" " if char.isspace() else char for char in last)
    shown = "".join(char for char in shown if unicodedata.category(char) not in HIDDEN_CATEGORIES)
    shown = re.sub(r" +", " ", shown).strip(" .")
    return _shorten(shown) or FALLBACK


def _shorten(name: str) -> str:
    if len(name) <= NAME_LENGTH:
        return name
    stem, dot, extension = name.rpartition(".")
    if dot and len(extension) <= 8:
        return stem[: NAME_LENGTH - len(extension) - 2] + "…." + extension
    return name[: NAME_LENGTH - 1] + "…"
