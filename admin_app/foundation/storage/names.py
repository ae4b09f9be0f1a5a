"""What a file was called on somebody's computer, made safe to show. Never used as a path."""

import re

from admin_app.foundation.storage.limits import NAME_LENGTH
from admin_app.foundation.typed_text import personal_numbers, texts

FALLBACK = "file"


def clean_name(name: str | None) -> str:
    """The last part of `name` without invisible characters, at most 120 characters with extension; never empty.

    People call scans by ID number and phone: of those the last four digits stay.
    """
    shown = re.split(r"[/\\]", texts.shown(name))[-1].strip(" .")
    return _shorten(personal_numbers.covered(shown)) or FALLBACK


def _shorten(name: str) -> str:
    if len(name) <= NAME_LENGTH:
        return name
    stem, dot, extension = name.rpartition(".")
    if dot and len(extension) <= 8:
        return stem[: NAME_LENGTH - len(extension) - 2] + "…." + extension
    return name[: NAME_LENGTH - 1] + "…"
