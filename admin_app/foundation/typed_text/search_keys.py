"""The form in which names are stored to be found."""

import unicodedata

from admin_app.foundation.typed_text import characters
from reports.text import folding

JOINERS = str.maketrans("", "", "\u200c\u200d\u180e")


def search_key(text: str) -> str:
    """`text` as it is compared and looked for: width, case, accents, blanks, punctuation and invisible characters do not matter."""
    visible = folding.without_invisible(text or "").translate(JOINERS)
    plain = "".join(_without_accent(char) for char in characters.compatible(visible).casefold())
    return "".join(char for char in plain if _counts(char))


def _counts(char: str) -> bool:
    return unicodedata.category(char)[0] not in "ZPS" and not characters.BREAKS.match(char) and not characters.BLANKS.match(char)


def _without_accent(char: str) -> str:
    bare = unicodedata.normalize("NFKD", char)
    return "".join(part for part in bare if part.isascii()) if bare[:1].isascii() else char
