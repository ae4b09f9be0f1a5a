"""Draws pages of plain data into one PDF; nothing is decided, measured or moved here.

The texts of some pages at a time are typeset in one go. What all pages need, the font files above all, is kept once.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import pikepdf

from reports.barcodes.symbols import outlines
from reports.pdf import renderer, to_unicode, typesetter
from reports.pdf.pages import Bars, Box, Page, PlacedBlock, TextRun
from reports.pdf.styled_text import StyledText
from reports.pdf.typesetter import TypesetTexts

POINTS_PER_MM = 72 / 25.4
RED = "0.824 0.149 0.188"
"""The golden red of postcode boxes, PANTONE 1795 C, as a screen shows it."""


class Drawing:
    """A document that grows by some pages at a time."""

    def __init__(self, characters: Iterable[str], *, title: str, language: str, notes: Mapping[str, str] | None = None) -> None:
        """Take all characters that any page will hold, the title of the document, and its language (en or zh).

        `notes` are kept beside the title, for whoever opens the document again: name (with its stroke) -> words in ASCII.
        """
        self._title, self._language, self._notes = title, language, notes or {}
        self._renderer = typesetter.renderer_for(characters, title=title)
        self._document = pikepdf.Pdf.new()
        self._fonts: dict[str, pikepdf.Object] = {}
        self._letters: dict[str, dict[int, str]] = {}

    def add(self, pages: Sequence[Page]) -> None:
        """Append `pages` (raises TypesettingFailed); memory is needed for their texts only, not for those of all pages."""
        typeset = typesetter.typeset(self._renderer, texts_of(pages), title=self._title, language=self._language)
        fonts = self._shared(typeset)
        for page in pages:
            sheet = self._document.add_blank_page(page_size=(page.width_mm * POINTS_PER_MM, page.height_mm * POINTS_PER_MM))
            sheet.obj.Resources = pikepdf.Dictionary(Font=fonts)
            sheet.obj.Contents = self._document.make_stream(_content(page, typeset))

    def _shared(self, typeset: TypesetTexts) -> pikepdf.Dictionary:
        """Return the fonts of `typeset`; one that earlier pages had too is the same file and kept once."""
        fonts = pikepdf.Dictionary()
        for name, font in typeset.fonts.items():
            if name not in self._fonts:
                self._fonts[name] = self._document.copy_foreign(font)
            fonts[name] = self._fonts[name]
            self._letters.setdefault(name, {}).update(typeset.letters.get(name, {}))
        return self._document.make_indirect(fonts)

    def finished(self) -> bytes:
        """Return the whole document as PDF."""
        for name, known in self._letters.items():
            if known:
                to_unicode.tell(self._fonts[name], known)
        self._document.docinfo["/Title"] = self._title
        for name, words in self._notes.items():
            self._document.docinfo[name] = words
        self._document.Root.Lang = pikepdf.String(renderer.HTML_LANGUAGES[self._language])
        whole = io.BytesIO()
        self._document.save(whole, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return whole.getvalue()


def texts_of(pages: Iterable[Page]) -> Iterator[StyledText]:
    """Yield every text of `pages` with its weight, as often as it occurs."""
    return (_styled(run) for page in pages for placed in page.blocks for run in placed.block.runs)


def _styled(run: TextRun) -> StyledText:
    return StyledText(run.text, "bold" if run.is_bold else "regular")


def _content(page: Page, typeset: TypesetTexts) -> bytes:
    """Return the content stream of `page`: its bars and boxes as one black path, red boxes as another, then its texts."""
    shapes = (rectangles, areas)
    path = [line for placed in page.blocks for shape in shapes for line in shape(placed, page_height_mm=page.height_mm)]
    texts = []
    for placed in page.blocks:
        left, base = placed.x_mm, page.height_mm - placed.y_mm
        for run in placed.block.runs:
            x, y = (left + run.x_mm) * POINTS_PER_MM, (base - run.y_mm) * POINTS_PER_MM
            texts.append(typeset.operators(_styled(run), x=x, y=y, points=run.points))
    red = [_rectangle(placed, box, page.height_mm) for placed in page.blocks for box in placed.block.red]
    black = ["q 0 g", *path, "f Q"] if path else []
    return "\n".join([*black, *([f"q {RED} rg", *red, "f Q"] if red else ()), *texts]).encode("ascii")


def rectangles(placed: PlacedBlock, *, page_height_mm: float) -> Iterator[str]:
    """Yield a PDF path operator for each bar and box of a block; they are still to be filled."""
    for box in (*(box for bars in placed.block.bars for box in boxes_of(bars)), *placed.block.boxes):
        yield _rectangle(placed, box, page_height_mm)


def _rectangle(placed: PlacedBlock, box: Box, page_height_mm: float) -> str:
    x, y = placed.x_mm + box.x_mm, page_height_mm - placed.y_mm - box.y_mm - box.height_mm
    return " ".join(f"{length * POINTS_PER_MM:.3f}" for length in (x, y, box.width_mm, box.height_mm)) + " re"


def areas(placed: PlacedBlock, *, page_height_mm: float) -> Iterator[str]:
    """Yield PDF path operators for the black areas of the squares of a block; a hole in one runs the other way round."""
    for one in placed.block.squares:
        left, top = placed.x_mm + one.x_mm, page_height_mm - placed.y_mm - one.y_mm
        for corners in outlines(one.rows):
            places = [((left + x * one.module_mm) * POINTS_PER_MM, (top - y * one.module_mm) * POINTS_PER_MM) for x, y in corners]
            yield " ".join(f"{x:.3f} {y:.3f} {'l' if number else 'm'}" for number, (x, y) in enumerate(places)) + " h"


def boxes_of(bars: Bars) -> Iterator[Box]:
    """Yield the black bars of a barcode."""
    x = bars.x_mm
    for is_black, run in groupby(bars.modules):
        width = len(list(run)) * bars.module_mm
        if is_black == "1":
            yield Box(x, bars.y_mm, width, bars.height_mm)
        x += width
