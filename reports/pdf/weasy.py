"""HTML and its assets to PDF by WeasyPrint: nothing but what is given can be reached."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from weasyprint import CSS, HTML
from weasyprint.draw import text as drawing
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports.pdf.styled_text import StyledText, spoken
from reports.pdf.writer import Assets, BlockedFetch

Written = TypeVar("Written")
SPOILS = ("Font-face", ".notdef")
"""How the library's warnings begin that mean another glyph than the one that was asked for."""


class GlyphsLost(RuntimeError):
    """A font could not be used, or had no glyph: the page would show something else than was written."""


class AssetFetcher(URLFetcher):
    """Serves the given bytes by their `asset:` address and refuses everything else."""

    def __init__(self, assets: Assets):
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._assets = assets
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the asset or stop the whole rendering: a softer error would print a page with a hole."""
        if url not in self._assets:
            self.refused.append(url[:200])
            raise FatalURLFetchingError(url[:200])
        content_type, content = self._assets[url]
        return URLFetcherResponse(url, content, {"Content-Type": content_type})


def write(html: str, css: str, assets: Assets) -> bytes:
    """Return the PDF; raises BlockedFetch if `html` or `css` asks for anything that is not in `assets`, GlyphsLost."""
    fetcher, configuration = AssetFetcher(assets), FontConfiguration()

    def parse() -> CSS:
        return CSS(string=css, url_fetcher=fetcher, base_url="asset:", font_config=configuration)

    def lay_out() -> bytes:
        page = HTML(string=html, url_fetcher=fetcher, base_url="asset:")
        # The fonts are already small; embedding them whole keeps those of several documents identical.
        return page.write_pdf(stylesheets=[sheet], font_config=configuration, full_fonts=True)

    with _warnings() as told:
        sheet = _guarded(fetcher, parse)
        content = _guarded(fetcher, lay_out)
    lost = [words for words in told if words.startswith(SPOILS)]
    if lost:
        raise GlyphsLost(f"{len(lost)} warnings of the renderer")  # they hold the characters, which may be somebody's name
    return content


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """What the library warns of on this thread."""
    told: list[str] = []
    here, handler = threading.get_ident(), logging.Handler(logging.WARNING)
    handler.emit = lambda record: told.append(record.getMessage()) if record.thread == here else None  # type: ignore[method-assign]
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield told
    finally:
        logger.removeHandler(handler)


def _guarded(fetcher: AssetFetcher, work: Callable[[], Written]) -> Written:
    try:
        result = work()
    except FatalURLFetchingError as refused:
        raise BlockedFetch(str(refused)) from None
    if fetcher.refused:  # drawings swallow the error and would leave a hole
        raise BlockedFetch(fetcher.refused[0])
    return result


_draw_line = drawing.draw_first_line


def _draw_line_with_words(stream: Any, textbox: Any, *place: Any) -> Any:
    """Draw a line as the library does, and mark it with its text where glyphs alone do not tell it (ActualText).

    The library names one text for each glyph, which is too little where several letters are drawn as one, or one letter in several
    ways (Tibetan, Mongolian). It has no setting for that, so its function is wrapped; test_rare_names.py reads the words back.
    """
    words = StyledText(textbox.text)
    if words.is_plain or not words.is_left_to_right:
        return _draw_line(stream, textbox, *place)
    stream.begin_marked_content("Span", spoken(words.text))
    drawn = _draw_line(stream, textbox, *place)
    stream.end_marked_content()
    return drawn


drawing.draw_first_line = _draw_line_with_words
