"""A text in one weight: which way it runs, whether its glyphs tell its letters, what a reader of the file is told."""

import unicodedata
from dataclasses import dataclass
from functools import cache

from reports.text import typefaces
from reports.text.characters import is_selector
from reports.text.measuring import is_latin_first
from reports.text.typefaces import Typeface


@cache
def is_plain(char: str) -> bool:
    """Tell whether `char` is one glyph that neither changes its neighbours nor runs from right to left."""
    typeface = typefaces.typeface_of(char)
    if typeface is None or typeface.is_shaped or is_selector(char):
        return False
    return not unicodedata.category(char).startswith("M") and unicodedata.bidirectional(char) not in {"R", "AL"}


@dataclass(frozen=True)
class StyledText:
    """A text in one weight."""

    text: str
    weight: str = "regular"

    @property
    def is_plain(self) -> bool:
        """Tell whether the text may be cut by counting its glyphs."""
        return all(map(is_plain, self.text))

    @property
    def is_left_to_right(self) -> bool:
        """Tell whether no letter runs from right to left."""
        return not any(unicodedata.bidirectional(char) in {"R", "AL"} for char in self.text)

    @property
    def kind(self) -> str:
        """Return the class of its column: weight, and which typeface its Latin letters come from."""
        return f"{self.weight}-latin" if is_latin_first(self.text) else self.weight


def font_name(typeface: Typeface, weight: str) -> str:
    """Return the name by which a PDF knows a typeface, behind the mark of its subset."""
    return typeface.family.replace(" ", "-") + ("-Bold" if weight == "bold" else "")


def spoken(words: str) -> str:
    """Return the properties of a marked piece of a page that tell readers of the PDF which text it is, shaped or reordered as it may be."""
    return f"<</ActualText <FEFF{words.encode('utf-16-be').hex().upper()}>>>"
