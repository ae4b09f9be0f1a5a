"""HTML to PDF, shut in: only our own fonts and images can be reached, only our own templates are rendered."""

import io
from collections.abc import Iterable, Mapping
from pathlib import Path

import pikepdf
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.pdf import fonts, read_back
from reports.pdf.writer import WRITER
from reports.text import directions
from reports.text.characters import MissingGlyphs, UnprintableText, missing_characters, without_controls
from reports.text.words import text

TEMPLATES = Path(__file__).parents[1] / "templates"
HTML_LANGUAGES = {"zh": "zh-Hans", "en": "en"}
"""`zh` alone would let the shaper choose Japanese forms of Han characters."""

FONT_TYPES = {".otf": "font/otf", ".ttf": "font/ttf"}

PIXELS_PER_POINT = 4 / 3
"""Lengths of the renderer are CSS pixels."""

MAX_VALUE = 500
"""Longest single text on a letter or receipt in characters; more is cut with an ellipsis."""


def _printable(value: object) -> object:
    if type(value) is not str:
        return value
    words = without_controls(value)
    return _in_order(words if len(words) <= MAX_VALUE else words[: MAX_VALUE - 1] + "…")


def _in_order(words: str) -> str:
    """Set parts that run another way each in a box of its own: what stands beside them keeps its place."""
    parts = directions.parts(words)
    return words if len(parts) < 2 else Markup("").join(Markup("<bdi>{}</bdi>").format(part) for part in parts)


_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_printable,
    trim_blocks=True,
    lstrip_blocks=True,
)


_environment.globals["words"] = text


class Renderer:
    """Prints documents that share their characters and their style sheet; the fonts are cut down once."""

    def __init__(self, characters: Iterable[str], css: str, *, images: Mapping[str, bytes] | None = None):
        """Take CSS text of our own, and images as SVG bytes by name, reached as `asset:<name>`."""
        wanted = set(characters)
        assets = {f"asset:{name}": ("image/svg+xml", content) for name, content in (images or {}).items()}
        chosen = fonts.typefaces_for(wanted)
        self.font_files = {
            (typeface, weight): fonts.subset(wanted, typeface=typeface, weight=weight)
            for typeface in chosen
            for weight in typeface.weights()
        }
        for (typeface, weight), content in self.font_files.items():
            font_type = FONT_TYPES[typeface.file(weight).suffix]
            assets[f"asset:{fonts.asset_name(typeface, weight)}"] = (font_type, content)
        self._assets = assets
        self._css = fonts.font_faces(chosen) + fonts.families(chosen) + css

    def print(self, html: str) -> bytes:
        """Return the PDF of `html`, which comes from `document` (raises BlockedFetch, and what the writer raises)."""
        return WRITER.write(html, self._css, self._assets)

    def print_letter(self, html: str) -> bytes:
        """Like `print`, and words that run from right to left are read back from the file as they were typed."""
        return read_back.from_right_to_left(self.print(html), html, self.font_files)


def document(template: str, /, *, language: str, **values: object) -> str:
    """Return the HTML of one of our templates; every value is escaped and freed of control characters."""
    return _environment.get_template(template).render(lang=HTML_LANGUAGES[language], language=language, **values)


def style(*names: str) -> str:
    """Return the text of our own style sheets."""
    return "\n".join((TEMPLATES / name).read_text(encoding="utf-8") for name in names)


def render(
    html: str,
    *,
    css: str,
    number: str,
    recipient: str = "",
    images: Mapping[str, bytes] | None = None,
    also: str = "",
    smaller: str = "",
) -> bytes:
    """Return `html` as PDF; `also` holds the words inside the images, `smaller` the style that is added if it needs more than a page.

    Raises MissingGlyphs, naming `number` and `recipient`, if a character cannot be printed, and BlockedFetch if the
    document reaches out.
    """
    missing = missing_characters(html + also)
    if missing:
        raise MissingGlyphs([UnprintableText(number, recipient, missing)])
    content = Renderer(html + also + css, css, images=images).print_letter(html)
    if not smaller or page_count(content) == 1:
        return content
    return Renderer(html + also + css + smaller, css + smaller, images=images).print_letter(html)


def page_count(content: bytes) -> int:
    """Return how many pages a PDF of ours has."""
    with pikepdf.Pdf.open(io.BytesIO(content)) as document:
        return len(document.pages)
